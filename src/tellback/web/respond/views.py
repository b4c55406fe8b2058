"""The pages of one invitation: the form, the thank-you, and what is said when it is too late."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from litestar.response import Template

from tellback.core.asked import Asked, Standing
from tellback.core.model import Question, SurveyDefinition
from tellback.web.respond.facts import transaction_facts
from tellback.web.respond.fields import fields_of, later_comment, shown_answer
from tellback.web.respond.form import Mistake, Typed, visible_questions
from tellback.web.respond.page import message, page
from tellback.web.respond.texts import Reader, Words, isolated


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


def form_page(
    view: View,
    questions: Sequence[Question],
    typed: Typed,
    mistakes: Mapping[str, Mistake] | None = None,
    *,
    notice: str = "",
    alert: str = "",
    status: int = 200,
) -> Template:
    """The form with those questions that are not hidden yet. ``alert`` is said before all else."""
    visible = visible_questions(view.definition, typed, questions)
    fields = fields_of(visible, view.reader, typed, mistakes or {})
    title = fields[0].label if len(fields) == 1 else Words(view.reader.texts.heading)
    return page(
        "form",
        view.reader,
        asked=view.asked,
        status=status,
        title=title,
        fields=fields,
        single=len(fields) == 1,
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
    own = view.reader.pick(view.definition.thanks) or Words(texts.thanks_text)
    fields = fields_of([comment], view.reader, typed or {}, mistakes or {}) if comment else []
    return page(
        "thanks",
        view.reader,
        asked=view.asked,
        status=status,
        heading=texts.settled if settled and not comment else texts.thanks,
        text=Words(texts.settled_text) if settled and not comment else own,
        answers=_answers(view),
        fields=fields,
        action=path_of(view.token),
        changeable=not settled,
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


def _answers(view: View) -> list[tuple[Words, list[Words]]]:
    given = view.asked.given.answers if view.asked.given else {}
    return [
        (view.reader.pick(question.text), shown_answer(question, view.reader, given[question.id]))
        for question in view.definition.questions
        if question.id in given
    ]
