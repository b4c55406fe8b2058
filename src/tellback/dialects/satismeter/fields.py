"""Reading the members of a JSON object; what is wrong is collected, to be said all at once."""

from collections.abc import Mapping
from typing import Any

from tellback.core.errors import Fault, Problem
from tellback.core.model import ContactKey, Identity
from tellback.dialects.contract import HttpRequest, MalformedBody
from tellback.dialects.parsing import read_json

MAX_ID = 255


class Fields:
    """The members of a body. Unknown ones are ignored: real clients send more than is documented.

    A member that is null counts as absent, unless said otherwise.
    """

    def __init__(self, request: HttpRequest) -> None:
        value = read_json(request.body)
        if not isinstance(value, dict):
            raise MalformedBody("The body must be a JSON object.")
        self.values: Mapping[str, Any] = value
        self.problems: list[Problem] = []

    def get(self, name: str) -> Any:
        """A member as it came."""
        return self.values.get(name)

    def wrong(self, fault: Fault, rule: str, field: str) -> None:
        """Note a problem."""
        self.problems.append(Problem(fault, rule, field))

    def text(self, name: str, longest: int = MAX_ID) -> str | None:
        """A text of at most so many characters."""
        value = self.values.get(name)
        if value is None:
            return None
        if not isinstance(value, str):
            self.wrong(Fault.FORMAT, "must be a text", name)
            return None
        return value if self._fits(value, longest, name) else None

    def id(self, name: str) -> str | None:
        """An id in the caller's system: a text, or a whole number as text; a blank is none."""
        value = self.values.get(name)
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if value is None or (isinstance(value, str) and not value.strip()):
            return None
        if not isinstance(value, str):
            self.wrong(Fault.FORMAT, "must be a text", name)
            return None
        return value if self._fits(value, MAX_ID, name) else None

    def flag(self, name: str) -> bool:
        """Whether a member is ``true``; whatever else it is, it is not."""
        return self.values.get(name) is True

    def boolean(self, name: str) -> bool:
        """A member that is ``true`` or ``false``; false where it is absent."""
        value = self.values.get(name)
        if value is not None and not isinstance(value, bool):
            self.wrong(Fault.FORMAT, "must be true or false", name)
        return value is True

    def object(self, name: str) -> dict[str, Any] | None:
        """A JSON object."""
        value = self.values.get(name)
        if value is None or isinstance(value, dict):
            return value
        self.wrong(Fault.FORMAT, "must be an object", name)
        return None

    def person(self) -> ContactKey | None:
        """Who it is about: ``userId`` or else ``anonymousId``; one of them is required."""
        found = len(self.problems)
        user = self.id("userId")
        if user is not None:
            return ContactKey(Identity.EXTERNAL, user)
        visitor = self.id("anonymousId")
        if visitor is not None:
            return ContactKey(Identity.ANONYMOUS, visitor)
        if len(self.problems) == found:
            self.wrong(Fault.MISSING, "is required, or else anonymousId", "userId")
        return None

    def _fits(self, value: str, longest: int, name: str) -> bool:
        if len(value) > longest:
            self.wrong(Fault.VALUE, f"must have at most {longest} characters", name)
        elif "\0" in value:
            self.wrong(Fault.FORMAT, "must not contain the character NUL", name)
        else:
            return True
        return False
