"""Answers in a chat window: by the number of the asking, in time, choices by their numbers."""

from dataclasses import replace
from typing import Any

import pytest

from tellback.actions.ask_in_conversations import ask_in_conversations
from tellback.core.commands import SubmitResponse
from tellback.core.conversations import AskInConversation
from tellback.core.errors import Invalid, NotEligible
from tellback.core.instants import SECOND
from tellback.core.model import Channel, Question, QuestionType
from tellback.core.outcomes import ResponseStored
from tellback.store.tables import invitations, responses
from tests.actions.answering import submit
from tests.actions.talking import ALICE, chat, record
from tests.actions.workroom import NPS, WIRE, Workroom

VOTE = Question("vote", QuestionType.BINARY, {"en": "Good?"}, metric="binary", number=700)
CHAT = replace(NPS, questions=(VOTE, *NPS.questions), hide_after=300)


@pytest.fixture
def room(room: Workroom) -> Workroom:
    room.survey(room.shop, "chat", CHAT)
    record(room, chat(is_open=False))
    room.run(ask_in_conversations, (room.shop, AskInConversation(WIRE, "chat", None, ALICE)))
    return room


def answer(room: Workroom, *answers: tuple[str, Any], **what: Any) -> Any:
    given = {"answers": list(answers), "partial": True, "numbered": True, **what}
    return submit(room, SubmitResponse(WIRE, Channel.CHAT, invitation_number=1, **given))


class TestTime:
    def test_is_up_when_the_survey_is_not_shown_any_more(self, room: Workroom) -> None:
        room.now += 300 * SECOND
        with room.nothing_written():
            refused = answer(room, ("700", 1))
        assert isinstance(refused, NotEligible)
        assert "no longer available" in refused.reason

    def test_ends_for_those_who_have_not_begun(self, room: Workroom) -> None:
        room.now += 300 * SECOND - 1
        first = answer(room, ("700", 1))
        room.now += 60 * SECOND
        second = answer(room, ("rating", 9))
        assert isinstance(first, ResponseStored)
        assert (second.id, second.created) == (first.id, False)
        assert room.row(responses).answers == {"vote": "positive", "q-rating": 9}

    def test_does_not_end_a_mail(self, room: Workroom) -> None:
        room.change(invitations, {"number": 1}, channel="email")
        room.now += 300 * SECOND
        assert isinstance(answer(room, ("700", 1)), ResponseStored)


class TestNumbers:
    @pytest.mark.parametrize(("number", "word"), [(1, "positive"), (0, "negative")])
    def test_choose(self, room: Workroom, number: int, word: str) -> None:
        answer(room, ("700", number))
        assert room.row(responses).answers == {"vote": word}

    def test_that_choose_nothing_are_refused(self, room: Workroom) -> None:
        assert isinstance(answer(room, ("700", 2)), Invalid)

    def test_are_no_choices_for_other_wires(self, room: Workroom) -> None:
        assert isinstance(answer(room, ("700", 1), numbered=False), Invalid)
