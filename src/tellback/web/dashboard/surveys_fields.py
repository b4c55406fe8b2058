"""The editor's form: the names of its fields, and what they say as a draft.

A draft's content is plain data: ``languages`` in their order, ``live``, ``number``, and the
``definition`` as it is stored, with two liberties. Rows that are not filled in yet may be empty,
and what should be a number and is none stands there as the text that somebody typed.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from tellback.core.model import DEFAULT_LANGUAGE, SurveyDefinition
from tellback.core.survey_problems import LANGUAGE_TAG

#: A survey of a hundred questions in ten languages is sent whole, every time.
MAX_FORM = 2 * 1024 * 1024
_MOST_FIELDS = 40_000
_WHOLE = re.compile(r"-?\d{1,18}\Z", re.ASCII)
_DECIMAL = re.compile(r"-?\d{1,15}[.,]\d{1,15}\Z", re.ASCII)
_LANGUAGE_ENDS = re.compile(r"[_\s]+")
TEXTS, QUESTION_TEXTS = ("subject", "header", "thanks"), ("text", "label", "placeholder")

Content = dict[str, Any]
_Tree = dict[str, Any]


def parse_fields(body: bytes) -> list[tuple[str, str]]:
    """The fields of an URL-encoded form, in their order; what is none has none."""
    try:
        pairs = parse_qsl(
            body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=_MOST_FIELDS
        )
    except ValueError:
        return []
    return [(name, value.replace("\r\n", "\n").replace("\0", "")) for name, value in pairs]


def content_of(
    definition: SurveyDefinition, live: bool = True, number: int | None = None
) -> Content:
    """A survey as the content of a draft."""
    data = msgspec.to_builtins(definition)
    return {
        "languages": _languages_in(data) or [DEFAULT_LANGUAGE],
        "live": live,
        "number": number,
        "definition": data,
    }


def read_content(fields: Iterable[tuple[str, str]]) -> Content:
    """What the form's fields say."""
    tree = _tree(fields)
    languages = [tag for tag in map(language_of, tree.get("languages", [])) if tag]
    return {
        "languages": list(dict.fromkeys(languages)) or [DEFAULT_LANGUAGE],
        "live": _one(tree, "live") != "no",
        "number": number_in(_one(tree, "number")),
        "definition": _definition(tree),
    }


def language_of(text: str) -> str:
    """A language's tag as texts are found by; nothing for what is none."""
    tag = _LANGUAGE_ENDS.sub("-", text.strip().lower())[:40]
    return tag if LANGUAGE_TAG.match(tag) else ""


def number_in(text: str) -> float | str | None:
    """The number that somebody typed; None for nothing, and the text itself for what is none."""
    bare = text.strip().replace("\u2212", "-")
    if not bare:
        return None
    if _WHOLE.match(bare):
        return int(bare)
    return float(bare.replace(",", ".")) if _DECIMAL.match(bare) else bare


def _definition(tree: _Tree) -> dict[str, Any]:
    return {
        "name": _one(tree, "name").strip(),
        "type": _one(tree, "type"),
        "questions": [_question(part) for part in _rows(tree, "q")],
        **{name: _text(tree, name) for name in TEXTS},
        "allow_anonymous": "allow_anonymous" in tree,
        "targeting": [_condition(part) for part in _rows(tree, "targeting")],
        "repeat_after_days": number_in(_one(tree, "repeat_after_days")),
        "channels": _listed(_one(tree, "channels"), ","),
        "hide_after": number_in(_one(tree, "hide_after")),
        "per_page": number_in(_one(tree, "per_page")),
        "colour": _one(tree, "colour").strip().lower(),
        "link": {
            "identify": "identify" in tree,
            "properties": _listed(_one(tree, "properties"), ","),
        },
        "widget": _widget(tree) if "widget" in tree else None,
    }


def _widget(tree: _Tree) -> dict[str, Any]:
    usual = {"sample": 100, "delay": 0, "snooze_days": 30}
    return {
        "place": _one(tree, "widget_place") or "popover",
        "pages": _listed(_one(tree, "widget_pages"), "\n"),
        "events": _listed(_one(tree, "widget_events"), "\n"),
        **{
            name: _or(number_in(_one(tree, f"widget_{name}")), value)
            for name, value in usual.items()
        },
    }


def _listed(text: str, separator: str) -> list[str]:
    return [part.strip() for part in text.split(separator) if part.strip()]


def _question(tree: _Tree) -> dict[str, Any]:
    return {
        "id": _one(tree, "id").strip(),
        "type": _one(tree, "type"),
        "was": _one(tree, "was"),
        "name": _one(tree, "name").strip() or None,
        "minimum": _or(number_in(_one(tree, "minimum")), 0),
        "maximum": _or(number_in(_one(tree, "maximum")), 10),
        "choices": [_choice(part) for part in _rows(tree, "choices")],
        "required": "required" in tree,
        "metric": _one(tree, "metric") or None,
        "number": number_in(_one(tree, "number")),
        "show_if": [_rule(part) for part in _rows(tree, "show_if")],
        "goal": number_in(_one(tree, "goal")),
        **{name: _text(tree, name) for name in QUESTION_TEXTS},
    }


def _choice(tree: _Tree) -> dict[str, Any]:
    return {"value": _one(tree, "value").strip(), "label": _text(tree, "label")}


def _rule(tree: _Tree) -> dict[str, Any]:
    return {
        "question": _one(tree, "question"),
        "any_of": tree.get("any_of", []),
        "at_least": number_in(_one(tree, "at_least")),
        "at_most": number_in(_one(tree, "at_most")),
    }


def _condition(tree: _Tree) -> dict[str, Any]:
    kind, value = _one(tree, "kind"), _one(tree, "value")
    return {
        "property": _one(tree, "property").strip(),
        "operator": _one(tree, "operator"),
        "value": _typed(kind, value),
    }


def _typed(kind: str, value: str) -> Any:
    """A condition's value as what it was said to be."""
    if kind == "none":
        return None
    if kind == "flag":
        return value.strip().lower() in {"true", "yes", "1"}
    return number_in(value) if kind == "number" else value


def _text(tree: _Tree, name: str) -> dict[str, str]:
    part = tree.get(name)
    if not isinstance(part, Mapping):
        return {}
    said = ((tag, "".join(values[:1]).strip()) for tag, values in part.items() if _is_leaf(values))
    return {tag: text for tag, text in said if text}


def _one(tree: _Tree, name: str) -> str:
    values = tree.get(name)
    return str(values[0]) if isinstance(values, list) and values else ""


def _is_leaf(values: Any) -> bool:
    return isinstance(values, list) and bool(values)


def _or(value: Any, fallback: int) -> Any:
    return fallback if value is None else value


def _rows(tree: _Tree, name: str) -> list[_Tree]:
    part = tree.get(name)
    if not isinstance(part, Mapping):
        return []
    known = [key for key in part if _WHOLE.match(key) and isinstance(part[key], Mapping)]
    return [part[key] for key in sorted(known, key=int)]


def _tree(fields: Iterable[tuple[str, str]]) -> _Tree:
    """Names with dots as tables in tables; every leaf is the list of its values."""
    tree: _Tree = {}
    for name, value in fields:
        *path, last = name.split(".")
        place = tree
        for step in path[:6]:
            place = place.setdefault(step, {})
            if not isinstance(place, dict):
                break
        else:
            leaf = place.setdefault(last, [])
            if isinstance(leaf, list):
                leaf.append(value)
    return tree


def _languages_in(data: Any) -> list[str]:
    """The languages of all texts, the fallback first, then as they come."""
    found = dict.fromkeys(_tags(data))
    first = [DEFAULT_LANGUAGE] if DEFAULT_LANGUAGE in found else []
    return [*first, *(tag for tag in found if tag != DEFAULT_LANGUAGE)]


def _tags(data: Any) -> Iterable[str]:
    if isinstance(data, Mapping):
        for name, part in data.items():
            if name in (*TEXTS, *QUESTION_TEXTS) and isinstance(part, Mapping):
                yield from part
            else:
                yield from _tags(part)
    elif isinstance(data, Sequence) and not isinstance(data, str):
        for part in data:
            yield from _tags(part)
