"""People to ask, read from a table: an address each, and what is known of them and their purchase.

The head names the columns. A property's column says its type before a colon: ``S:city``.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from itertools import islice

from tellback.core.addresses import normalise_address
from tellback.core.calendar import local_ms
from tellback.core.errors import Fault, Invalid, Problem
from tellback.core.instants import parse_instant
from tellback.core.model import Transaction
from tellback.core.properties import (
    MAX_PROPERTIES,
    PropertyType,
    PropertyValue,
    clean_number,
    clean_value,
    name_problem,
)
from tellback.core.settings import LANGUAGE
from tellback.core.tabular import Decoded, Record, records, separator_of

MOST = 10_000
_MAX_NAME, _MAX_REFERENCE = 255, 50
#: What says a property's type in the head.
TYPES: Mapping[str, PropertyType] = {
    "S": PropertyType.STRING,
    "N": PropertyType.NUMBER,
    "D": PropertyType.DATE,
    "B": PropertyType.BOOLEAN,
    "SS": PropertyType.STRING_SET,
    "NS": PropertyType.NUMBER_SET,
}
_WORDS: Mapping[PropertyType, str] = {
    PropertyType.STRING: "text of at most 255 characters",
    PropertyType.NUMBER: "number of at most 9,999,999,999",
    PropertyType.DATE: "date such as 2026-11-01",
    PropertyType.BOOLEAN: "yes or no, true or false",
    PropertyType.STRING_SET: "list of at most 20 texts, parted by |",
    PropertyType.NUMBER_SET: "list of at most 20 numbers, parted by |",
}
_ADDRESS = "email"
_BOUGHT = ("transaction_id", "transaction_date", "transaction_amount", "transaction_currency")
_PLAIN = frozenset({_ADDRESS, "name", "language", *_BOUGHT})
_OTHERWISE = {"e-mail": _ADDRESS, "mail": _ADDRESS, "e-mail address": _ADDRESS}
_OTHERWISE |= {"email address": _ADDRESS, "lang": "language"}
_TRUE, _FALSE = frozenset({"true", "yes", "1"}), frozenset({"false", "no", "0"})
_CURRENCY = re.compile(r"[A-Z]{3}\Z")
_COMMA = re.compile(r"[+-]?\d+,\d+\Z", re.ASCII)
_TYPED = re.compile(r"([A-Za-z]{1,2}):(.*)\Z", re.DOTALL)
_MEMBERS = "|"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its place, what it is called, and its type where it is a property."""

    place: int
    name: str
    type: PropertyType | None = None


@dataclass(slots=True)
class Recipient:
    """Somebody to ask, and the line of the file that says so."""

    line: int
    address: str
    name: str = ""
    language: str | None = None
    transaction: Transaction | None = None
    properties: dict[str, PropertyValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Faulty:
    """A line that cannot be read, and everything that is wrong with it."""

    line: int
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Repeated:
    """A line whose address stands on an earlier one already."""

    line: int
    address: str
    first: int


@dataclass(slots=True)
class Recipients:
    """What a file says. ``ignored`` are the columns that mean nothing to us.

    Each line is in exactly one of ``people``, ``faulty`` and ``repeated``.
    """

    columns: list[Column]
    ignored: list[str]
    people: list[Recipient] = field(default_factory=list)
    faulty: list[Faulty] = field(default_factory=list)
    repeated: list[Repeated] = field(default_factory=list)

    @property
    def types(self) -> dict[str, PropertyType]:
        """The types of the properties, by name."""
        return {column.name: column.type for column in self.columns if column.type}

    @property
    def lines(self) -> int:
        """How many there are."""
        return len(self.people) + len(self.faulty) + len(self.repeated)


def read_recipients(given: Decoded, zone: tzinfo) -> Recipients:
    """Read a table of people. Dates without a zone are the project's ``zone``'s.

    `Invalid` where the table as a whole will not do: no head, no addresses, too many lines.
    """
    separator = separator_of(given.text)
    found = records(given.text, separator)
    head = next(found, None)
    if head is None:
        raise _invalid(Fault.MISSING, "The file is empty.")
    if head.problem:
        raise _invalid(Fault.FORMAT, f"The head cannot be read: {head.problem}.")
    result = _columns(head.cells)
    width, first = len(head.cells), dict[str, int]()
    reader = _Reader(result.columns, zone, decimal_comma=separator == ";")
    for place, record in enumerate(islice(found, MOST + 1)):
        if place == MOST:
            raise _invalid(Fault.QUOTA, f"The file has more than {MOST:,} lines. Please split it.")
        _take(result, reader.read(record, width), first)
    return result


def _take(result: Recipients, one: Recipient | Faulty, first: dict[str, int]) -> None:
    if isinstance(one, Faulty):
        result.faulty.append(one)
    elif one.address in first:
        result.repeated.append(Repeated(one.line, one.address, first[one.address]))
    else:
        first[one.address] = one.line
        result.people.append(one)


def _columns(cells: Sequence[str]) -> Recipients:
    """What the head says; `Invalid` names every column that will not do."""
    result, problems, seen = Recipients([], []), list[str](), set[tuple[bool, str]]()
    for place, cell in enumerate(cells):
        column = _column(place, cell)
        if column is None:
            result.ignored.append(cell or f"column {place + 1}, which has no name")
            continue
        problem = name_problem(column.name) if column.type else None
        if problem:
            problems.append(f"The column {cell[:80]!r}: {problem.message}.")
        elif (column.type is not None, column.name) in seen:
            problems.append(f"The column {cell[:80]!r} is there twice.")
        seen.add((column.type is not None, column.name))
        result.columns.append(column)
    if (False, _ADDRESS) not in seen:
        problems.append("No column is called email. The first line must name the columns.")
    if len(result.types) > MAX_PROPERTIES:
        problems.append(f"There are more than {MAX_PROPERTIES} properties.")
    if problems:
        raise Invalid(*(Problem(Fault.FORMAT, text) for text in problems))
    return result


def _column(place: int, cell: str) -> Column | None:
    plain = cell.lower().lstrip("$").replace(" ", "_") if ":" not in cell else ""
    plain = _OTHERWISE.get(plain.replace("_", " "), plain)
    if plain in _PLAIN:
        return Column(place, plain)
    typed = _TYPED.match(cell)
    if typed and typed[1].upper() in TYPES:
        return Column(place, typed[2].strip(), TYPES[typed[1].upper()])
    return None


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads lines; ``decimal_comma``: where cells are parted by semicolons, numbers may have it."""

    columns: Sequence[Column]
    zone: tzinfo
    decimal_comma: bool

    def read(self, record: Record, width: int) -> Recipient | Faulty:
        if record.problem:
            return Faulty(record.line, (record.problem,))
        cells, more = record.cells, len(record.cells) - width
        if more > 0 and any(cells[width:]):
            why = f"has {len(cells)} cells, where the head has {width}"
            return Faulty(record.line, (why,))
        said = dict(enumerate(cells))
        reasons: list[str] = []
        plain = {c.name: said.get(c.place, "") for c in self.columns if c.type is None}
        one = Recipient(record.line, self._address(plain, reasons))
        one.name = self._name(plain, reasons)
        one.language = self._language(plain, reasons)
        one.transaction = self._transaction(plain, reasons)
        one.properties = dict(self._properties(said, reasons))
        return Faulty(record.line, tuple(reasons)) if reasons else one

    def _address(self, plain: Mapping[str, str], reasons: list[str]) -> str:
        given = plain[_ADDRESS]
        address = normalise_address(given)
        if address is None:
            reasons.append(f"{given[:80]!r} is no e-mail address" if given else "has no address")
        return address or ""

    def _name(self, plain: Mapping[str, str], reasons: list[str]) -> str:
        name = " ".join(plain.get("name", "").split())
        if len(name) > _MAX_NAME or "\0" in name:
            reasons.append(f"the name has more than {_MAX_NAME} characters, or a NUL")
        return name

    def _language(self, plain: Mapping[str, str], reasons: list[str]) -> str | None:
        language = plain.get("language") or None
        if language and not LANGUAGE.match(language):
            reasons.append(f"{language[:40]!r} is no language such as en or pt-BR")
        return language

    def _transaction(self, plain: Mapping[str, str], reasons: list[str]) -> Transaction | None:
        id_, date, amount, currency = (plain.get(name, "") for name in _BOUGHT)
        if not (id_ or date or amount or currency):
            return None
        if not id_ or len(id_) > _MAX_REFERENCE or "\0" in id_:
            reasons.append(f"transaction_id must have 1 to {_MAX_REFERENCE} characters")
        at = self._moment(date) if date else None
        if date and at is None:
            reasons.append(f"transaction_date {date[:40]!r} is no date such as 2026-11-01")
        number = self._number(amount) if amount else None
        if amount and number is None:
            reasons.append(f"transaction_amount {amount[:40]!r} is no number")
        if currency and not _CURRENCY.match(currency):
            reasons.append(f"transaction_currency {currency[:40]!r} is no code such as EUR")
        return Transaction(id_, at, number, currency or None)

    def _properties(
        self, said: Mapping[int, str], reasons: list[str]
    ) -> Iterator[tuple[str, PropertyValue]]:
        for column in self.columns:
            text = said.get(column.place, "")
            if column.type is None or not text:
                continue
            value = self._value(column.type, text)
            if value is None:
                reasons.append(f"{column.name}: {text[:40]!r} is no {_WORDS[column.type]}")
            else:
                yield column.name, value

    def _value(self, kind: PropertyType, text: str) -> PropertyValue | None:
        if kind is PropertyType.BOOLEAN:
            word = text.lower()
            return word in _TRUE if word in _TRUE | _FALSE else None
        if kind is PropertyType.NUMBER:
            return self._number(text)
        if kind is PropertyType.DATE:
            at = self._moment(text)
            return None if at is None else clean_value(kind, at // 1000)
        if kind is PropertyType.STRING:
            return clean_value(kind, text)
        return clean_value(kind, [member.strip() for member in text.split(_MEMBERS)])

    def _number(self, text: str) -> float | int | None:
        if self.decimal_comma and _COMMA.match(text):
            text = text.replace(",", ".")
        return clean_number(text)

    def _moment(self, text: str) -> int | None:
        at = parse_instant(text)
        if at is not None:
            return at
        try:
            said = datetime.fromisoformat(text)
            if said.tzinfo is None:
                return local_ms(said, self.zone)
            return local_ms(said.astimezone(UTC), UTC)
        except (ValueError, OverflowError, Invalid):
            return None


def _invalid(fault: Fault, text: str) -> Invalid:
    return Invalid(Problem(fault, text))
