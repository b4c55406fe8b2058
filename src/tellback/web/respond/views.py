"""The pages of one invitation: the form, the thank-you, and what is said when it is too late."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from litestar.response import Template

from tellback.core.asked import Asked, Standing
from tellback.core.model import AnswerValue, Question, SurveyDefinition
from tellback.web.respond.facts import transaction_facts
from tellback.web.respond.fields import fields_of, later_comment, shown_answer
from tellback.web.respond.form import Mistake, Typed, hidden_by, mark_of
from tellback.web.respond.page import message, page
from tellback.web.respond.texts import NO_WORDS, Reader, Words, isolated

_LONGEST_HEADING = 80


@dataclass(frozen=True, slots=True)
class View:
    """An invitation's link, followed by somebody at a moment (ms)."""

    asked: Asked
    reader: Reader
    token: str
    now: int

    @property
    def standing(self) -> Standing:
        """What may be done."""
        return self.asked.standing(self.now)

    @property
    def definition(self) -> SurveyDefinition:
        """What is asked."""
        return self.asked.survey.definition

    @property
    def comment(self) -> Question | None:
        """The comment question, if it is to be asked now."""
        comment, given = later_comment(self.definition), self.asked.given
        if comment is None or given is None or comment.id in given.answers:
            return None
        return comment if self.asked.may_add(self.now) else None

    @property
    def given(self) -> Mapping[str, AnswerValue]:
        """What has been answered so far, by question id."""
        return self.asked.given.answers if self.asked.given else {}

    def mark(self, *, comment_only: bool = False) -> str:
        """What the form carries of the answers that its page was made for.

        A form that only comments is about the other answers: they must still be the same.
        """
        comment = later_comment(self.definition) if comment_only else None
        about = {
            name: value
            for name, value in self.given.items()
            if comment is None or name != comment.id
        }
        return mark_of(about)


def form_page(
    view: View,
    questions: Sequence[Question],
    typed: Typed,
    mistakes: Mapping[str, Mistake] | None = None,
    *,
    notice: str = "",
    alert: str = "",
    with_given: bool = False,
    status: int = 200,
) -> Template:
    """The form. ``alert`` is said before all else.

    A question that is alone but for the comment, and for what its answer brings up, is the page's
    heading. ``with_given`` shows what has been answered before.
    """
    hidden = hidden_by(view.definition, typed, questions)
    fields = fields_of(questions, view.reader, typed, mistakes or {}, hidden)
    comment = later_comment(view.definition)
    asked = [
        field
        for field in fields
        if not field.rules and (comment is None or field.question_id != comment.id)
    ]
    lone = asked[0] if len(asked) == 1 else None
    heading, intro = _opening(view)
    return page(
        "form",
        view.reader,
        asked=view.asked,
        status=status,
        title=lone.label if lone else heading,
        fields=fields,
        lone=lone,
        heading=heading,
        intro=view.reader.pick(view.definition.header) if lone else intro,
        scripted=any(field.rules for field in fields),
        version=view.asked.survey.version,
        seen=view.mark(),
        answers=_answers(view) if with_given else [],
        goes_to=view.reader.texts.goes_to.format(brand=isolated(view.asked.brand)),
        action=path_of(view.token),
        facts=transaction_facts(view.asked, view.reader),
        notice=notice,
        alert=alert,
        wrong=[field for field in fields if field.mistake],
    )


def thanks_page(
    view: View,
    comment: Question | None,
    typed: Typed | None = None,
    mistakes: Mapping[str, Mistake] | None = None,
    *,
    alert: str = "",
    status: int = 200,
) -> Template:
    """What was answered, with thanks, room for a comment, and the way to a change of mind."""
    texts = view.reader.texts
    settled = view.standing is Standing.SETTLED
    heading, text = _thanks(view)
    if settled and not comment:
        heading, text = Words(texts.settled), Words(texts.settled_text)
    fields = fields_of([comment], view.reader, typed or {}, mistakes or {}) if comment else []
    return page(
        "thanks",
        view.reader,
        asked=view.asked,
        status=status,
        heading=heading,
        text=text,
        answers=_answers(view),
        fields=fields,
        action=path_of(view.token),
        changeable=not settled,
        seen=view.mark(comment_only=True),
        alert=alert,
        wrong=[field for field in fields if field.mistake],
    )


def farewell(view: View, status: int = 410) -> Template:
    """That nothing can be answered here any more."""
    kind = "gone" if view.standing is Standing.GONE else "closed"
    asked = None if kind == "gone" else view.asked
    return message(kind, view.reader, asked=asked, status=status)


def path_of(token: str) -> str:
    """Where the pages of a link are."""
    return f"/-/r/{token}"


def _opening(view: View) -> tuple[Words, Words]:
    """The heading over several questions, and the introduction below; a short one is both."""
    own = view.reader.pick(view.definition.header)
    if own and len(own.text) <= _LONGEST_HEADING:
        return own, NO_WORDS
    return Words(view.reader.texts.heading), own


def _thanks(view: View) -> tuple[Words, Words]:
    """The heading and the sentence below; a survey that says thank you itself says it once."""
    texts, own = view.reader.texts, view.reader.pick(view.definition.thanks)
    word = texts.thanks.strip("¡!！ ").casefold()
    if own and word in own.text.casefold() and len(own.text) <= _LONGEST_HEADING:
        return own, Words(texts.thanks_text)
    return Words(texts.thanks), own or Words(texts.thanks_text)


def _answers(view: View) -> list[tuple[Words, list[Words]]]:
    return [
        (
            view.reader.pick(question.text),
            shown_answer(question, view.reader, view.given[question.id]),
        )
        for question in view.definition.questions
        if question.id in view.given
    ]
