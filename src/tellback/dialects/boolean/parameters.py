"""Query parameters, read one by one, with everything that is wrong with any of them."""

from datetime import date, datetime, time

from tellback.core.addresses import normalise_address
from tellback.core.calendar import parse_local
from tellback.core.errors import Fault, Invalid, Problem, TellbackError
from tellback.core.queries import Local
from tellback.dialects.boolean.problems import address_problem
from tellback.dialects.contract import HttpRequest
from tellback.dialects.parsing import choice, whole_number


class Parameters:
    """The parameters of one request; `check` raises for all that were wrong at once."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self._problems: list[Problem] = []

    def check(self) -> None:
        """Raise `Invalid` where a parameter was wrong."""
        if self._problems:
            raise Invalid(*self._problems)

    def text(self, name: str) -> str | None:
        """A parameter as it is; blank counts as absent."""
        value = self._request.first(name)
        if value and "\0" in value:
            self._refuse(Fault.FORMAT, "must be text", name)
        return value or None

    def short_text(self, name: str, longest: int) -> str | None:
        """A text of a bounded length."""
        value = self.text(name)
        if value and len(value) > longest:
            self._refuse(Fault.VALUE, f"must have at most {longest} characters", name)
        return value

    def number(self, name: str, lowest: int, highest: int, default: int) -> int:
        """A whole number in a range."""
        try:
            return whole_number(self._request, name, lowest, highest, default)
        except TellbackError as error:
            self._problems += error.problems
            return default

    def word(self, name: str, allowed: tuple[str, ...], default: str) -> str:
        """One of a few words."""
        try:
            return choice(self._request, name, allowed, default)
        except TellbackError as error:
            self._problems += error.problems
            return default

    def any_case(self, name: str, allowed: tuple[str, ...], default: str) -> str:
        """One of a few words as they are given here, however their letters are written."""
        value = self._request.first(name)
        if value is None:
            return default
        found = {word.lower(): word for word in allowed}.get(value.lower())
        if found is None:
            self._refuse(Fault.VALUE, f"must be one of {', '.join(allowed)}", name)
        return found or default

    def address(self, name: str) -> str | None:
        """An e-mail address in the form that is compared."""
        value = self._request.first(name)
        if value is None:
            return None
        address = normalise_address(value)
        if address is None:
            self._problems.append(address_problem(value, name))
        return address

    def range(self, *, required: bool = False) -> tuple[Local | None, Local | None]:
        """``start_date`` and ``end_date``, without a zone."""
        start = self._local("start_date", required)
        end = self._local("end_date", required)
        if start is not None and end is not None and _before(end, start):
            self._refuse(Fault.VALUE, "lies before start_date", "end_date")
        return start, end

    def _local(self, name: str, required: bool) -> Local | None:
        value = self._request.first(name)
        if value is None:
            if required:
                self._refuse(Fault.MISSING, "is required", name)
            return None
        local = parse_local(value)
        if local is None:
            rule = "must be YYYY:MM:DD or YYYY:MM:DDTHH:MM:SS, of the years 1900 to 2999"
            self._refuse(Fault.FORMAT, rule, name)
        return local

    def _refuse(self, fault: Fault, message: str, name: str) -> None:
        self._problems.append(Problem(fault, message, name))


def _before(end: Local, start: Local) -> bool:
    """Whether a range is empty; an end that is a day includes that whole day."""
    if isinstance(end, datetime):
        return end < _midnight(start)
    return end < (start.date() if isinstance(start, datetime) else start)


def _midnight(local: date) -> datetime:
    return local if isinstance(local, datetime) else datetime.combine(local, time())
