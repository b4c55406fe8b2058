"""Traits: what callers tell us about people. Free in form, bounded in size."""

from collections.abc import Mapping
from typing import Any

from tellback.core.errors import Fault, Problem

MAX_VALUES = 500
MAX_CHARACTERS = 32_768
MAX_DEPTH = 10
_MAX_WHOLE = 2**63


def merge_traits(stored: Mapping[str, Any], given: Mapping[str, Any] | None) -> dict[str, Any]:
    """Stored traits with given ones laid over them: a given name overwrites, others stay."""
    return {**stored, **given} if given else dict(stored)


def trait_problem(traits: Mapping[str, Any]) -> Problem | None:
    """What is wrong with all that is known of a person, if anything.

    Without these bounds one public key could make one contact as large as it likes, and nesting
    deeper than a parser goes could be stored and never read again.
    """
    values, characters = 0, 0
    waiting: list[tuple[Mapping[str, Any] | list[Any], int]] = [(traits, 1)]
    while waiting:
        container, depth = waiting.pop()
        if depth > MAX_DEPTH:
            return _problem(f"are nested deeper than {MAX_DEPTH} levels")
        if isinstance(container, list):
            texts, members = [], container
        else:
            texts, members = list(container), list(container.values())
        for value in members:
            if isinstance(value, str):
                texts.append(value)
            elif isinstance(value, dict | list):
                waiting.append((value, depth + 1))
            elif isinstance(value, int) and not -_MAX_WHOLE <= value < _MAX_WHOLE:
                return _problem("have a number of more than 64 bits")
        said = "".join(texts)
        values += len(container)
        characters += len(said)
        if values > MAX_VALUES or characters > MAX_CHARACTERS:
            return _problem(
                f"have more than {MAX_VALUES} values or {MAX_CHARACTERS} characters for one person"
            )
        if "\0" in said:
            return _problem("must not contain the character NUL")
    return None


def _problem(rule: str) -> Problem:
    return Problem(Fault.VALUE, rule, "traits")
