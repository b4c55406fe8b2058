"""Bodies in JSON or XML as the same plain values, and reading their members.

What XML says by attributes and by elements, JSON says by members; what is repeated is a list there,
and one of a kind is itself. So either form is read by the same functions.
"""

from collections.abc import Mapping
from typing import Any

from tellback.dialects.contract import HttpRequest, MalformedBody
from tellback.dialects.liveperson.formats import is_xml_body
from tellback.dialects.parsing import Element, read_json, read_xml

Members = Mapping[str, Any]


def read_body(request: HttpRequest) -> Members:
    """The members of a body; `MalformedBody` where it has none."""
    if is_xml_body(request):
        root = read_xml(request.body)
        return {root.name: _plain(root)}
    value = read_json(request.body)
    if not isinstance(value, dict):
        raise MalformedBody("The body must be a JSON object.")
    return value


def object_in(members: Members, name: str) -> Members:
    """The object that a body must have as that member."""
    value = members.get(name)
    if not isinstance(value, Mapping):
        raise MalformedBody(f"The body must have an object '{name}'.")
    return value


def listed(value: Any) -> list[Any]:
    """The members of a list, or the one that stands without one; nothing is none."""
    if isinstance(value, list):
        return value
    return [] if value is None or value == "" else [value]


def text_of(value: Any) -> str | None:
    """A scalar as text; None where it is none."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        value = int(value)
    try:
        return str(value) if isinstance(value, int | float) else None
    except ValueError:  # Python prints no number of more than 4,300 digits.
        return None


def number_of(value: Any) -> str | None:
    """An id, which is a whole number, in the one way to write it; None where it is none."""
    if type(value) is int and 0 <= value < 10**19:
        return str(value)
    text = None if isinstance(value, bool) else text_of(value)
    text = (text or "").strip()
    return str(int(text)) if text.isascii() and text.isdigit() and len(text) < 20 else None


def remark(value: Any, longest: int = 255) -> str | None:
    """A text that is kept as far as it goes, and never a reason to refuse."""
    if value is None:
        return None
    text = (text_of(value) or "").replace("\0", "").strip()
    return text[:longest] or None


def _plain(element: Element) -> Any:
    if not element.attributes and not element.children:
        return element.text
    children: dict[str, list[Any]] = {}
    for child in element.children:
        children.setdefault(child.name, []).append(_plain(child))
    value: dict[str, Any] = dict(element.attributes)
    for name, found in children.items():
        also = listed(value[name]) if name in value else []
        value[name] = found[0] if not also and len(found) == 1 else [*also, *found]
    return value
