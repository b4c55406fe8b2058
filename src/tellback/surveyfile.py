"""Surveys as YAML files: in and out, the same both ways. docs/surveys.md describes them."""

import re
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from enum import Enum
from typing import Any

import msgspec
import yaml

from tellback.core.errors import Fault, Invalid, Problem
from tellback.core.model import DEFAULT_LANGUAGE, Choice, Question, Survey, SurveyDefinition, Text

_MAX_FILE = 256 * 1024
_RARE_LINE_END = re.compile("[\x85\u2028\u2029\ufeff]")
#: The keys whose text may be one string, or a table of languages.
_TEXTS = frozenset(
    field.name
    for part in (SurveyDefinition, Question, Choice)
    for field in fields(part)
    if field.type == Text
)


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
    return survey_of(_load(source))


def survey_of(data: dict[str, Any]) -> SurveyFile:
    """What a file says, given as the plain data that it holds."""
    data = dict(data)
    key, live, number = data.pop("key", None), data.pop("live", True), data.pop("number", None)
    if not isinstance(key, str) or not key or not isinstance(live, bool):
        raise _invalid("needs 'key', a text; 'live' is true or false", "key")
    if number is not None and type(number) is not int:
        raise _invalid("is a whole number", "number")
    data = _spread_texts(data)
    try:
        definition = msgspec.convert(data, SurveyDefinition)
    except msgspec.ValidationError as error:
        raise _invalid(str(error), key) from None
    unknown = _first_unknown(data, msgspec.to_builtins(definition))
    if unknown:
        raise _invalid(f"unknown key {unknown!r}", key)
    return SurveyFile(key, definition, number, live)


def write_survey(survey: Survey) -> str:
    """A survey as the file that would make it."""
    data = survey_data(survey)
    return yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100)


def survey_data(survey: Survey) -> dict[str, Any]:
    """A survey as plain data, without what goes without saying; its questions come last."""
    head = {"key": survey.key, "number": survey.number, "live": survey.live}
    said = _plain(survey.definition)
    questions = said.pop("questions")
    return {**head, **said, "questions": questions}


class _Dumper(yaml.SafeDumper):
    """Escapes the line ends that only Unicode knows: plain, they would be read back as others."""

    def represent_str(self, data: str) -> Any:
        style = '"' if _RARE_LINE_END.search(data) else None
        return self.represent_scalar("tag:yaml.org,2002:str", data, style)


_Dumper.add_representer(str, _Dumper.represent_str)


class _Loader(yaml.SafeLoader):
    """What everybody takes a file to say, which YAML 1.1 does not always.

    There ``no`` is false, not Norwegian or an answer; 12:30 is a number; a date is no text; and the
    last of two equal keys wins without a word. Aliases can make a small file a huge one.
    """

    yaml_implicit_resolvers = {  # noqa: RUF012 (the parent has no other way to say it)
        first: [(tag, pattern) for tag, pattern in known if tag.endswith((":null", ":float"))]
        for first, known in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("aliases are not allowed")
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        seen = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode):
                if key.value in seen:
                    raise yaml.YAMLError(f"{key.value!r} is there twice\n{key.start_mark}")
                seen.add(key.value)
        return super().construct_mapping(node, deep)


_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"(?:true|false)\Z"), ["t", "f"])
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:int", re.compile(r"-?(?:0|[1-9][0-9]*)\Z"), list("-0123456789")
)


def _load(source: str) -> dict[str, Any]:
    if len(source) > _MAX_FILE:
        raise _invalid("is longer than 256 KB", "file")
    try:
        data = _Loader(source).get_single_data()
    except (yaml.YAMLError, ValueError) as error:
        raise _invalid(f"is not YAML: {error}", "file") from None
    except RecursionError:
        raise _invalid("is nested too deeply", "file") from None
    if not isinstance(data, dict):
        raise _invalid("must be a table of keys and values", "file")
    return data


def _spread_texts(value: Any) -> Any:
    if isinstance(value, list):
        return [_spread_texts(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        key: _spread_text(item) if key in _TEXTS else _spread_texts(item)
        for key, item in value.items()
    }


def _spread_text(text: Any) -> Any:
    """A text by language, with the languages' tags as they are looked for."""
    if isinstance(text, str):
        return {DEFAULT_LANGUAGE: text}
    if not isinstance(text, dict):
        return text
    return {str(tag).strip().lower().replace("_", "-"): said for tag, said in text.items()}


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        told = ((field, getattr(value, field.name)) for field in fields(value))
        return {
            field.name: _plain_text(item) if field.type == Text else _plain(item)
            for field, item in told
            if item != _default(field)
        }
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    return value.value if isinstance(value, Enum) else value


def _plain_text(text: Text) -> Any:
    return text[DEFAULT_LANGUAGE] if text.keys() == {DEFAULT_LANGUAGE} else dict(text)


def _default(field: Field[Any]) -> Any:
    """What a part of a survey is where its file is silent."""
    return field.default if field.default_factory is MISSING else field.default_factory()


def _first_unknown(given: Any, known: Any) -> str | None:
    """The first key of a file that the definition does not have: a misspelling, mostly."""
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
