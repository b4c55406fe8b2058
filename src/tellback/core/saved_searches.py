"""Searches that have a name."""

from dataclasses import dataclass

from tellback.core.errors import Fault, Invalid, Problem

MAX_NAME, MAX_QUERY, MAX_SEARCHES = 60, 6_000, 100


@dataclass(frozen=True, slots=True)
class SaveSearch:
    """Keep the query of an address by a name; one of that name is replaced. ``by``: a user's id."""

    name: str
    query: str
    by: str


@dataclass(frozen=True, slots=True)
class SavedSearch:
    """A search of a project's: its name, and the query of its address."""

    id: str
    name: str
    query: str


def read_name(text: str) -> str:
    """A name as somebody writes it; `Invalid` where it is none, or too long."""
    name = " ".join(text.replace("\0", "").split())
    if not 1 <= len(name) <= MAX_NAME:
        rule = f"a name has 1 to {MAX_NAME} characters"
        raise Invalid(Problem(Fault.VALUE, rule, "name"))
    return name
