"""Reading JSON objects as the vendor's Jackson does: texts of digits are numbers, null is nothing.

Unknown members are ignored. What is wrong is collected, to be said all at once.
"""

import re
from collections.abc import Mapping
from typing import Any

from tellback.core.errors import Fault, Invalid, Problem
from tellback.dialects.contract import HttpRequest, MalformedBody
from tellback.dialects.parsing import read_json

MOST = 2**63 - 1
MAX_ID = 255
_WHOLE = re.compile(r"[+-]?\d{1,19}", re.ASCII)
_DECIMAL = re.compile(r"[+-]?\d{1,15}(\.\d{1,15})?", re.ASCII)
_WORDS = {"true": True, "false": False}


class Members:
    """The members of an object; ``place`` is where it stands, for what is said of them."""

    def __init__(
        self, values: Mapping[str, Any], problems: list[Problem] | None = None, place: str = ""
    ) -> None:
        self.values, self._place = values, place
        self.problems: list[Problem] = [] if problems is None else problems

    def wrong(self, fault: Fault, rule: str, name: str) -> None:
        """Note a problem."""
        self.problems.append(Problem(fault, rule, self._place + name))

    def check(self) -> None:
        """Refuse what has problems."""
        if self.problems:
            raise Invalid(*self.problems)

    def inner(self, name: str) -> "Members | None":
        """An object that must be there."""
        value = self.values.get(name)
        if isinstance(value, dict):
            return Members(value, self.problems, f"{self._place}{name}.")
        if value is None:
            self.missing(name)
        else:
            self.wrong(Fault.FORMAT, "must be an object", name)
        return None

    def whole(self, name: str, lowest: int = -MOST - 1, highest: int = MOST) -> int | None:
        """A whole number; 1 and "1" are, 1.0 and true are none."""
        value = self.values.get(name)
        if isinstance(value, str) and _WHOLE.fullmatch(value.strip()):
            value = int(value)
        if value in (None, ""):
            return None
        if type(value) is not int:
            self.wrong(Fault.FORMAT, "must be a whole number", name)
        elif not lowest <= value <= highest:
            self.wrong(Fault.VALUE, f"must be from {lowest} to {highest}", name)
        else:
            return value
        return None

    def decimal(self, name: str) -> float | None:
        """A number."""
        value = self.values.get(name)
        if isinstance(value, str) and _DECIMAL.fullmatch(value.strip()):
            value = float(value)
        if value in (None, ""):
            return None
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.wrong(Fault.FORMAT, "must be a number", name)
        elif not -MOST <= value <= MOST:
            self.wrong(Fault.VALUE, "is too large", name)
        else:
            return float(value)
        return None

    def flag(self, name: str) -> bool:
        """True or false, also as texts; false where it is absent."""
        value = self.values.get(name)
        if isinstance(value, str):
            value = _WORDS.get(value.strip().lower(), value)
        if value is not None and not isinstance(value, bool):
            self.wrong(Fault.FORMAT, "must be true or false", name)
        return value is True

    def text(self, name: str, longest: int = MAX_ID) -> str | None:
        """A text; a whole number becomes one."""
        value = self.values.get(name)
        if value is None:
            return None
        return self._fitting(value, longest, name)

    def texts(self, name: str) -> list[str]:
        """A list of texts; nothing where it is absent."""
        value = self.values.get(name)
        if value is None:
            return []
        if not isinstance(value, list):
            self.wrong(Fault.FORMAT, "must be a list of texts", name)
            return []
        given = (self._fitting(item, MAX_ID, name) for item in value if item is not None)
        return [item for item in given if item is not None]

    def missing(self, name: str) -> None:
        """Note that a member must be there."""
        self.wrong(Fault.MISSING, "is required", name)

    def _fitting(self, value: object, longest: int, name: str) -> str | None:
        text = str(value) if type(value) is int else value
        if not isinstance(text, str):
            self.wrong(Fault.FORMAT, "must be a text", name)
        elif len(text) > longest:
            self.wrong(Fault.VALUE, f"must have at most {longest} characters", name)
        elif "\0" in text:
            self.wrong(Fault.FORMAT, "must not contain the character NUL", name)
        else:
            return text
        return None


def read_members(request: HttpRequest) -> Members:
    """The members of a body; `MalformedBody` where it is no JSON object."""
    value = read_json(request.body)
    if not isinstance(value, dict):
        raise MalformedBody("The body must be a JSON object.")
    return Members(value)


def required(members: Members, name: str, lowest: int = -MOST - 1, highest: int = MOST) -> int:
    """A whole number that must be there; 0 stands for one that is not, which is noted."""
    found = len(members.problems)
    value = members.whole(name, lowest, highest)
    if value is None and len(members.problems) == found:
        members.missing(name)
    return value or 0
