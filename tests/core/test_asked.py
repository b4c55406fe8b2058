"""What may be done with a link, and until when."""

from dataclasses import replace
from typing import Any

import pytest

from tellback.core.asked import ANSWERABLE, Asked, Given, Standing
from tellback.core.invitation import State
from tellback.core.model import (
    Channel,
    Choice,
    Project,
    Question,
    QuestionType,
    Survey,
    SurveyDefinition,
    SurveyType,
)
from tellback.core.settings import ProjectSettings

SENT = 1_790_000_000_000
HOUR = 3_600_000
PROJECT = Project("p", "Shop", "shop", 0, ProjectSettings(), b"secret")


def survey(*questions: Question) -> Survey:
    definition = SurveyDefinition("Survey", SurveyType.FORM, questions)
    return Survey("p", "s", "survey", 1, 1, True, None, definition)


ASKED = Asked(
    project=PROJECT,
    id="i",
    dialect="wire",
    channel=Channel.EMAIL,
    state=State.SENT,
    survey=survey(),
    sent_at=SENT,
)


def asked(**more: Any) -> Asked:
    return replace(ASKED, **more)


def changeable(hours: int) -> Project:
    return replace(PROJECT, settings=ProjectSettings(change_of_mind_hours=hours))


@pytest.mark.parametrize("state", State)
def test_what_went_out_may_be_answered(state: State) -> None:
    never_went = {
        State.EXPIRED,
        State.SUPPRESSED,
        State.THROTTLED,
        State.CANCELLED,
        State.FAILED,
    }
    expected = Standing.CLOSED if state in never_went else Standing.OPEN
    assert asked(state=state).standing(SENT + HOUR) is expected


def test_a_month_later_it_is_closed() -> None:
    assert asked().standing(SENT + ANSWERABLE - 1) is Standing.OPEN
    assert asked().standing(SENT + ANSWERABLE) is Standing.CLOSED


def test_what_went_into_a_chat_is_hidden_when_its_survey_says_so() -> None:
    soon = survey()
    soon = replace(soon, definition=replace(soon.definition, hide_after=900))
    chat = asked(channel=Channel.CHAT, survey=soon)
    assert chat.standing(SENT + 900_000 - 1) is Standing.OPEN
    assert chat.standing(SENT + 900_000) is Standing.CLOSED
    assert replace(chat, given=Given({}, SENT)).standing(SENT + 900_000) is not Standing.CLOSED
    assert asked(survey=soon).standing(SENT + HOUR) is Standing.OPEN
    assert asked(channel=Channel.CHAT).standing(SENT + HOUR) is Standing.OPEN


def test_an_answer_may_be_changed_for_a_while() -> None:
    answered = asked(given=Given({}, SENT), project=changeable(2))
    assert answered.standing(SENT + 2 * HOUR - 1) is Standing.ANSWERED
    assert answered.standing(SENT + 2 * HOUR) is Standing.SETTLED


def test_something_may_be_added_for_an_hour_at_least() -> None:
    answered = asked(given=Given({}, SENT), project=changeable(0))
    assert answered.standing(SENT) is Standing.SETTLED
    assert answered.may_add(SENT + HOUR - 1)
    assert not answered.may_add(SENT + HOUR)
    assert asked(given=Given({}, SENT), project=changeable(2)).may_add(SENT + 2 * HOUR - 1)


def test_nothing_can_be_added_to_nothing() -> None:
    assert not asked().may_add(SENT)


def test_whoever_was_forgotten_is_asked_no_more() -> None:
    gone = asked(erased=True, given=Given({}, SENT))
    assert gone.standing(SENT) is Standing.GONE
    assert not gone.may_add(SENT)


@pytest.mark.parametrize(
    ("question", "links"),
    [
        (None, 1),
        (Question("q", QuestionType.LONG_TEXT, {}), 1),
        (Question("q", QuestionType.NPS, {}, metric="nps"), 11),
        (Question("q", QuestionType.SCALE, {}, minimum=7, maximum=1, metric="ces"), 7),
        (Question("q", QuestionType.SCALE, {}, maximum=100, metric="csat"), 1),
        (
            Question(
                "q",
                QuestionType.BINARY,
                {},
                choices=(Choice("positive", {}), Choice("negative", {})),
                metric="binary",
            ),
            2,
        ),
    ],
)
def test_how_many_answers_a_mail_links_to(question: Question | None, links: int) -> None:
    questions = (question,) if question else ()
    assert asked(survey=survey(*questions)).answer_links == links


def test_the_name_shown_is_the_brand_or_else_the_projects() -> None:
    branded = replace(PROJECT, settings=ProjectSettings(brand="Blue Bicycles"))
    assert asked().brand == "Shop"
    assert asked(project=branded).brand == "Blue Bicycles"
