"""Surveys as YAML files: in and out, the same both ways."""

from dataclasses import dataclass
from typing import Any

import msgspec
import yaml

from tellback.core.errors import Fault, Invalid, Problem
from tellback.core.model import DEFAULT_LANGUAGE, Survey, SurveyDefinition

_MAX_FILE = 256 * 1024
#: What a question is where its file is silent.
_DEFAULTS = {"minimum": 0, "maximum": 10, "required": False}
_TEXTS = ("subject", "header", "thanks", "text", "label", "placeholder")


@dataclass(frozen=True, slots=True)
class SurveyFile:
    """What a survey's file says. Without a ``number`` the survey keeps its own, or gets one."""

    key: str
    definition: SurveyDefinition
    number: int | None = None
    live: bool = True


def read_survey(source: str) -> SurveyFile:
    """What a file's text says; `Invalid` says what is wrong and where.

    A text may be one string (the default language) or a table of languages.
    """
    data = _load(source)
    key, live, number = data.pop("key", None), data.pop("live", True), data.pop("number", None)
    if not isinstance(key, str) or not key or not isinstance(live, bool):
        raise _invalid("needs 'key', a text; 'live' is true or false", "key")
    if number is not None and type(number) is not int:
        raise _invalid("is a whole number", "number")
    try:
        definition = msgspec.convert(_spread_texts(data), SurveyDefinition)
    except msgspec.ValidationError as error:
        raise _invalid(str(error), key) from None
    unknown = _unknown_keys(data, definition)
    if unknown:
        raise _invalid(f"unknown key {unknown!r}", key)
    return SurveyFile(key, definition, number, live)


def write_survey(survey: Survey) -> str:
    """A survey as the file that would make it."""
    return yaml.safe_dump(survey_data(survey), sort_keys=False, allow_unicode=True, width=100)


def survey_data(survey: Survey) -> dict[str, Any]:
    """A survey as plain data, without what is empty or default."""
    definition: dict[str, Any] = msgspec.to_builtins(survey.definition)
    head = {"key": survey.key, "number": survey.number, "live": survey.live}
    return {**head, **_gather_texts(_without_empty(definition))}


def _load(source: str) -> dict[str, Any]:
    if len(source) > _MAX_FILE:
        raise _invalid("is longer than 256 KB", "file")
    try:
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(source)):
            raise _invalid("aliases are not allowed", "file")
        data = yaml.safe_load(source)
    except yaml.YAMLError as error:
        raise _invalid(f"is not YAML: {error}", "file") from None
    except RecursionError:
        raise _invalid("is nested too deeply", "file") from None
    if not isinstance(data, dict):
        raise _invalid("must be a table of keys and values", "file")
    return data


def _spread_texts(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_spread_texts(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        key: {DEFAULT_LANGUAGE: item}
        if key in _TEXTS and isinstance(item, str)
        else _spread_texts(item)
        for key, item in value.items()
    }


def _gather_texts(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_gather_texts(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        key: item[DEFAULT_LANGUAGE]
        if key in _TEXTS and isinstance(item, dict) and item.keys() == {DEFAULT_LANGUAGE}
        else _gather_texts(item)
        for key, item in value.items()
    }


def _without_empty(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_without_empty(item) for item in value]
    if not isinstance(value, dict):
        return value
    # `repeat_after_days: null` means "once for ever", so that null must stay.
    return {
        key: _without_empty(item)
        for key, item in value.items()
        if key == "repeat_after_days" or not _goes_without_saying(key, item)
    }


def _goes_without_saying(key: str, item: Any) -> bool:
    return item in (None, {}, [], (), "") or (key in _DEFAULTS and item == _DEFAULTS[key])


def _unknown_keys(data: dict[str, Any], definition: SurveyDefinition) -> str | None:
    """The first key of the file that the definition does not have: a misspelling, mostly."""
    return _first_unknown(_spread_texts(data), msgspec.to_builtins(definition))


def _first_unknown(given: Any, known: Any) -> str | None:
    if isinstance(given, list) and isinstance(known, list | tuple):
        found = (_first_unknown(a, b) for a, b in zip(given, known, strict=False))
        return next((name for name in found if name), None)
    if not isinstance(given, dict) or not isinstance(known, dict):
        return None
    for key, item in given.items():
        if key not in known:
            return str(key)
        deeper = _first_unknown(item, known[key])
        if deeper:
            return deeper
    return None


def _invalid(rule: str, field: str) -> Invalid:
    return Invalid(Problem(Fault.FORMAT, rule, field))
