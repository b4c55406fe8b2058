"""The look and wording of a survey mail, with slots where recipients differ.

The templates and the MJML compiler never see a person's text. They get marks, which are exchanged
for the escaped text afterwards, so that no text can become markup on the way.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

import mrml
from jinja2 import FileSystemLoader, StrictUndefined, select_autoescape
from jinja2.sandbox import ImmutableSandboxedEnvironment

from tellback.core.palette import LIGHT, palette_of
from tellback.mail.answers import offers
from tellback.mail.language import MailTexts, direction, language_tag, texts_for
from tellback.mail.marks import Marks
from tellback.mail.message import Part
from tellback.mail.survey_mail import Follows, MailSurvey, one_line

_TEMPLATES = ImmutableSandboxedEnvironment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=select_autoescape(("mjml",), default=False),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)
# Otherwise a font's name in the style makes every opened mail ask a third party for it.
_NO_WEB_FONTS = mrml.RenderOptions(fonts={})
_CONDITIONAL_COMMENTS = {
    "<!--mso:": "<!--[if mso]>",
    ":mso-->": "<![endif]-->",
    "<!--not-mso:-->": "<!--[if !mso]><!-->",
    "<!--:not-mso-->": "<!--<![endif]-->",
}


@dataclass(frozen=True, slots=True)
class _Fact:
    label: str
    value: str
    strong: bool


def lay_out(survey: MailSurvey, facts: Sequence[str]) -> tuple[list[Part], list[Part]]:
    """The text and HTML bodies of a survey's mail.

    ``facts`` names the transaction slots to show, in their order. The other slots are
    answer_url, unsubscribe_url, pixel_url and honeypot_url.
    """
    marks = Marks()
    context = _context(survey, facts, marks)
    text = _TEMPLATES.get_template("survey.txt").render(context)
    html = _to_html(_TEMPLATES.get_template("survey.mjml").render(context))
    return marks.parts(text, str), marks.parts(html, escape)


def _to_html(mjml: str) -> str:
    """The compiler wants balanced tags in Outlook's comments, so ours pass it in disguise."""
    html = mrml.to_html(mjml, None, _NO_WEB_FONTS).content
    for disguise, comment in _CONDITIONAL_COMMENTS.items():
        html = html.replace(disguise, comment)
    return re.sub(r"\s*\n\s*", "\n", html)


def _context(survey: MailSurvey, facts: Sequence[str], marks: Marks) -> dict[str, object]:
    texts = texts_for(survey.language)
    to_left = direction(survey.language) == "rtl"
    hint = _hint(survey, texts)
    preview = survey.question if one_line(survey.question) != one_line(survey.subject) else hint
    return {
        "language": language_tag(survey.language),
        "direction": direction(survey.language),
        "own_language": texts.language,
        "start": "right" if to_left else "left",
        "end": "left" if to_left else "right",
        "subject": marks.text(survey.subject),
        "preview": marks.text(preview),
        "brand": marks.text(survey.brand),
        "facts": [_fact(name, texts, marks) for name in facts],
        "question": marks.text(survey.question),
        "hint": marks.text(hint),
        "why": marks.text(texts.reason(one_line(survey.brand), survey.transactional)),
        "unsubscribe": marks.text(texts.unsubscribe),
        "footer": [mark for line in survey.footer.splitlines() if (mark := marks.text(line))],
        "unsubscribe_url": marks.slot("unsubscribe_url"),
        "pixel_url": marks.slot("pixel_url"),
        "honeypot_url": marks.slot("honeypot_url"),
        "colours": palette_of(survey.accent, LIGHT),
        "logo": marks.text(survey.logo),
        "offers": offers(survey, texts, marks),
    }


def _hint(survey: MailSurvey, texts: MailTexts) -> str:
    if survey.kind == "form":
        return texts.form_hint
    hints = {Follows.COMMENT: texts.hint, Follows.QUESTIONS: texts.hint_more}
    return hints.get(survey.follows, texts.hint_only)


def _fact(name: str, texts: MailTexts, marks: Marks) -> _Fact:
    label: str = getattr(texts, name)
    return _Fact(marks.text(label), marks.slot(name), strong=name == "transaction_amount")
