"""The pages of one survey: the form, the thank-you, and what is said when it is too late.

Each is a function of a `View`, which holds all that a page shows: no page asks the database.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from litestar.response import Template

from tellback.core.asked import Occasion, Shared, Standing
from tellback.core.model import AnswerValue, Question, SurveyDefinition
from tellback.core.steps import Step, find_step, has_steps
from tellback.web.respond.facts import transaction_facts
from tellback.web.respond.fields import Field, fields_of, later_comment, shown_answer
from tellback.web.respond.form import Mistake, Typed, hidden_by, mark_of
from tellback.web.respond.page import message, page
from tellback.web.respond.switch import offered_languages
from tellback.web.respond.texts import NO_WORDS, Reader, Words, isolated

_LONGEST_HEADING = 80
#: What is said where nothing can be answered, by how it stands.
_FAREWELLS = {
    Standing.GONE: "gone",
    Standing.PAUSED: "paused",
    Standing.BARRED: "barred",
}


@dataclass(frozen=True, slots=True)
class View:
    """A survey before somebody at a moment (ms).

    ``path`` is where its pages are, and ``kept`` what their addresses say over and over.
    ``receipt`` proves whose answers they are, where the path alone does not. ``sent`` is what the
    address says once they are sent off.
    """

    asked: Occasion
    reader: Reader
    path: str
    now: int
    kept: Mapping[str, str] = field(default_factory=dict)
    receipt: str = ""
    sent: Mapping[str, str] = field(default_factory=dict)

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

    @property
    def may_again(self) -> bool:
        """Whether the same person may answer once more."""
        return isinstance(self.asked, Shared) and self.asked.may_again(self.now)

    def address(self, **more: str) -> str:
        """The address of the pages, with what it says besides."""
        said = {name: value for name, value in {**self.kept, **more}.items() if value}
        return f"{self.path}?{urlencode(said)}" if said else self.path

    def step(self, at: str | None, answers: Mapping[str, AnswerValue] | None = None) -> Step | None:
        """The page with that question; None where all stand on one."""
        if not has_steps(self.definition):
            return None
        return find_step(self.definition, self.given if answers is None else answers, at)

    def on_page(self, step: Step | None) -> SurveyDefinition:
        """The survey as if it asked no more than stands on that page."""
        if step is None:
            return self.definition
        return replace(self.definition, questions=step.questions)

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
    typed: Typed,
    mistakes: Mapping[str, Mistake] | None = None,
    *,
    step: Step | None = None,
    notice: str = "",
    alert: str = "",
    with_given: bool = False,
    status: int = 200,
) -> Template:
    """The form, or that page of it. ``alert`` is said before all else.

    A question that is alone but for the comment, and for what its answer brings up, is the page's
    heading. ``with_given`` shows what has been answered before.
    """
    definition, texts = view.on_page(step), view.reader.texts
    hidden = hidden_by(definition, typed, definition.questions)
    fields = fields_of(definition.questions, view.reader, typed, mistakes or {}, hidden)
    lone = _lone(view, fields)
    begins = step is None or step.before is None
    heading, intro = _opening(view)
    return page(
        "form",
        view.reader,
        asked=view.asked,
        status=status,
        title=lone.label if lone else heading,
        fields=fields,
        scripted=any(field.rules for field in fields),
        lone=lone,
        heading=heading,
        intro=(view.reader.pick(view.definition.header) if lone else intro) if begins else NO_WORDS,
        version=view.asked.survey.version,
        seen=view.mark(),
        answers=_answers(view) if with_given else [],
        goes_to=texts.goes_to.format(brand=isolated(view.asked.brand)),
        action=view.address() if step else view.address(a=""),
        receipt=view.receipt,
        step=step,
        progress=texts.step.format(value=step.place, max=step.of) if step else "",
        facts=transaction_facts(view.asked, view.reader) if begins else [],
        notice=notice,
        alert=alert,
        wrong=[field for field in fields if field.mistake],
        languages=offered_languages(view.definition, view.reader, view.address),
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
        action=view.address(a=""),
        receipt=view.receipt,
        change="" if settled else view.address(a="", change="1"),
        again=view.address(a="", r="", again="1") if view.may_again else "",
        seen=view.mark(comment_only=True),
        alert=alert,
        wrong=[field for field in fields if field.mistake],
    )


def farewell(view: View, status: int = 410) -> Template:
    """That nothing can be answered here: any more, for now, or by whom it is."""
    kind = _FAREWELLS.get(view.standing, "closed")
    asked = None if kind == "gone" else view.asked
    return message(kind, view.reader, asked=asked, status=status)


def _lone(view: View, fields: Sequence[Field]) -> Field | None:
    comment = later_comment(view.definition)
    asked = [
        field
        for field in fields
        if not field.rules and (comment is None or field.question_id != comment.id)
    ]
    if not asked and len(fields) == 1:
        return fields[0]
    return asked[0] if len(asked) == 1 else None


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
