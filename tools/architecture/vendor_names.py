"""A vendor's name stands in its own folder and in the documentation, and nowhere else.

The names of the folders are found. Product names are written in more ways than their folder, so
those that a folder's name would miss are listed. One vendor is called by an everyday word; for a
word like that only what can mean the product counts.
"""

import ast
import re
from collections.abc import Iterator

from tools.architecture.source import Finding, Source

_EVERYDAY = frozenset({"boolean"})
_PRODUCTS = (r"rocket[._ -]?chat", r"satis[._-]?meter", r"live[._-]?person", r"boolean[._ -]?app\b")
_PRODUCT_THINGS = r"(?:api|client|dialect|error|invitation|request|response|survey|wire)s?\b"
_ADVICE = (
    "a vendor outside its folder. Say it in our own words (a capability, a table, a setting that "
    "the dialect declares), or move it into src/tellback/dialects/<vendor>/."
)


def vendors_are_named_in_their_folder_only(source: Source) -> Iterator[Finding]:
    """A new vendor is one new folder: no other file may have to know that it exists."""
    if not source.is_shipped or source.vendor is not None:
        return
    pattern = _pattern(source.vendors)
    for number, line in enumerate(source.text.splitlines(), start=1):
        if match := pattern.search(line):
            yield source.finding(number, f"«{match[0]}» names {_ADVICE}")
    for node in source.nodes:
        if _tells_dialects_apart(node, source.vendors):
            yield source.finding(getattr(node, "lineno", 1), f"«{ast.unparse(node)}»: {_ADVICE}")


def _pattern(vendors: frozenset[str]) -> re.Pattern[str]:
    telling = sorted(vendors - _EVERYDAY)
    words = [rf"(?<![a-z]){re.escape(name)}(?![a-z])" for name in telling]
    # EdnaClient: the word ends where the next one begins with a capital.
    words += [rf"(?-i:{name.capitalize()}(?=[A-Z]))" for name in telling]
    for name in sorted(_EVERYDAY & vendors):
        words += [
            rf"dialects[./]{name}\b",
            rf"\b{name}['’]s\b",
            rf"\b{name}[ _]?{_PRODUCT_THINGS}",
        ]
    return re.compile("|".join((*_PRODUCTS, *words)), re.IGNORECASE)


def _tells_dialects_apart(node: ast.AST, vendors: frozenset[str]) -> bool:
    """Whether code asks which vendor it has: ``dialect == "boolean"``, ``dialects["boolean"]``."""
    match node:
        case ast.Compare():
            asked, *parts = node.left, *node.comparators
        case ast.Subscript():
            asked, parts = node.value, [node.slice]
        case ast.Match():
            asked = node.subject
            parts = [c.pattern.value for c in node.cases if isinstance(c.pattern, ast.MatchValue)]
        case ast.keyword(arg=str(name)):
            asked, parts = ast.Name(name), [node.value]
        case _:
            return False
    named = {
        value.value
        for part in (asked, *parts)
        for value in ast.walk(part)
        if isinstance(value, ast.Constant) and isinstance(value.value, str)
    }
    about = " ".join(ast.unparse(part) for part in (asked, *parts))
    return bool(named & vendors) and "dialect" in about.lower()
