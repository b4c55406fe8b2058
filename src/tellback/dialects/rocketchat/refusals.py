"""What this wire refuses by itself, and in which form it says so."""

from tellback.core.errors import Fault, Invalid, Problem


class BadParams(Invalid):
    """The parameters are not as they must be."""


class Worded(Invalid):
    """The request is refused in words of its own, with no code."""


class BadQuery(Worded):
    """Invalid query parameters"""


class MatchFailed(Worded):
    """Match error"""


class TokenEmpty(Invalid):
    """Token cannot be empty"""


def worded(kind: type[Invalid], message: str, fault: Fault = Fault.FORMAT) -> Invalid:
    """A refusal that says just this."""
    return kind(Problem(fault, message), message=message)
