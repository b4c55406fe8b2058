"""What can go wrong, in the product's own words.

No status codes and no vendor codes here: a dialect maps these classes to its wire by a table.
The docstring of an error is its message unless the raiser gives a better one.
"""

from dataclasses import dataclass
from dataclasses import field as _field
from enum import StrEnum


class Fault(StrEnum):
    """The kinds of things that can be wrong with one value."""

    FORMAT = "format"
    VALUE = "value"
    MISSING = "missing"
    UNKNOWN_KEY = "unknown_key"
    DUPLICATE = "duplicate"
    TYPE_CONFLICT = "type_conflict"
    QUOTA = "quota"
    NOT_APPLICABLE = "not_applicable"
    NOT_FOUND = "not_found"
    ALREADY_DONE = "already_done"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with one value: its kind, a sentence, and where it stands.

    ``subject`` is what the value belongs to, such as a survey's question, for wires that say more
    of it than its name.
    """

    fault: Fault
    message: str
    field: str | None = None
    subject: object = _field(default=None, compare=False, repr=False)


class TellbackError(Exception):
    """The request could not be carried out."""

    def __init__(self, message: str | None = None, problems: tuple[Problem, ...] = ()) -> None:
        self.message = message or (type(self).__doc__ or "").strip()
        self.problems = problems
        super().__init__(self.message)


class CredentialMissing(TellbackError):
    """No credential was given."""


class CredentialUnknown(TellbackError):
    """The credential is not known."""


class NotPermitted(TellbackError):
    """The credential does not allow this."""


class NotFound(TellbackError):
    """There is nothing here by that name."""


class Invalid(TellbackError):
    """The request has wrong values."""

    def __init__(self, *problems: Problem, message: str | None = None) -> None:
        summary = message or "; ".join(_sentence(p) for p in problems)
        super().__init__(summary, tuple(problems))


class Duplicate(TellbackError):
    """The same request was made before."""


class NotEligible(TellbackError):
    """The person or the conversation may not be asked now.

    ``reason`` is for the project's owner; a wire may keep it from its caller.
    """

    def __init__(self, reason: str, message: str | None = None) -> None:
        self.reason = reason
        super().__init__(message or reason)


class ContactUnknown(NotFound):
    """There is no such contact."""


class ConversationUnknown(NotFound):
    """There is no such conversation."""


class ConversationOpen(NotEligible):
    """The person has an open conversation."""

    def __init__(self) -> None:
        super().__init__("the person has an open conversation")


class ConversationClosed(NotEligible):
    """The conversation is closed."""

    def __init__(self) -> None:
        super().__init__("the conversation is closed")


class ClosingDisabled(NotEligible):
    """Visitors may not close conversations in this project."""

    def __init__(self) -> None:
        super().__init__("visitors may not close conversations in this project")


class AskingDisabled(NotEligible):
    """Sending surveys into conversations is switched off in this project."""

    def __init__(self) -> None:
        super().__init__("sending surveys into conversations is switched off in this project")


class SurveyNotOffered(NotEligible):
    """The survey is not offered in this conversation's channels.

    ``survey`` is as the caller named it; ``conversation`` is the number of the one that it would
    have gone to.
    """

    def __init__(self, survey: str, conversation: int) -> None:
        self.survey, self.conversation = survey, conversation
        super().__init__("the survey is not offered in this conversation's channels")


class RateLimited(TellbackError):
    """Too many requests; try again later."""

    def __init__(self, retry_after: int, message: str | None = None) -> None:
        self.retry_after = retry_after
        super().__init__(message)


class Overloaded(TellbackError):
    """The server has too much waiting; nothing was stored, try again shortly."""

    def __init__(self, retry_after: int = 1, message: str | None = None) -> None:
        self.retry_after = retry_after
        super().__init__(message)


class Unavailable(Overloaded):
    """The database does not do its part at the moment; try again shortly."""


class Internal(TellbackError):
    """Something failed on our side; nothing was stored."""


def _sentence(problem: Problem) -> str:
    return f"{problem.field}: {problem.message}" if problem.field else problem.message
