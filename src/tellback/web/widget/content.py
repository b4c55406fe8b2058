"""A survey as the widget shows it: in one language, with all that its script needs."""

from typing import Any

from tellback.core.model import RATED, Project, Question, QuestionType, SurveyDefinition
from tellback.web.respond.choices import Option
from tellback.web.respond.fields import Field, fields_of
from tellback.web.respond.texts import Reader, Words
from tellback.web.widget.texts import widget_texts
from tellback.web.widget.theme import theme_of

_NUMERIC = RATED | {QuestionType.NUMBER}


def content_of(project: Project, definition: SurveyDefinition, reader: Reader) -> dict[str, Any]:
    """Everything that is shown. What goes without saying is left out."""
    fields = fields_of(definition.questions, reader, {}, {})
    pairs = zip(definition.questions, fields, strict=True)
    return {
        "language": reader.language,
        "direction": reader.direction,
        "brand": project.settings.brand or project.name,
        "theme": theme_of(definition.colour or project.settings.colour),
        "texts": widget_texts(reader),
        "header": _said(reader.pick(definition.header)),
        "thanks": _said(reader.pick(definition.thanks)),
        "questions": [_question(question, field) for question, field in pairs],
    }


def _question(question: Question, field: Field) -> dict[str, Any]:
    told = {
        "id": question.id,
        "control": "pair" if field.is_pair else field.control,
        "text": _said(field.label),
        "required": question.required,
        "optional": field.optional,
        "numeric": question.type in _NUMERIC,
        "options": [_option(option) for option in field.options],
        "low": _said(field.low),
        "high": _said(field.high),
        "placeholder": _said(field.placeholder),
        "line": field.line if field.control == "line" else (),
        "longest": field.longest,
        "rules": [_rule(rule) for rule in question.show_if],
    }
    return {name: value for name, value in told.items() if value}


def _option(option: Option) -> dict[str, Any]:
    told = {
        "value": option.value,
        "label": _said(option.label),
        "position": option.position,
        "meaning": _said(option.meaning),
        "mood": round(option.mood, 2),
    }
    return {name: value for name, value in told.items() if value}


def _rule(rule: Any) -> dict[str, Any]:
    told = {"on": rule.question, "any": rule.any_of, "min": rule.at_least, "max": rule.at_most}
    return {name: value for name, value in told.items() if value not in (None, ())}


def _said(words: Words) -> Any:
    """A text; with its language where that is not the reader's."""
    return [words.text, words.language] if words.text and words.language else words.text
