"""An answer and its author's presence are stored together, or neither is."""

import pytest

from tellback.actions.answer_by_link import answer_by_link
from tellback.core.commands import RecordSignal, SubmitResponse
from tellback.core.errors import Invalid
from tellback.core.model import AnswerValue, Channel
from tellback.core.scanners import Kind
from tellback.store.database import Database
from tellback.store.tables import responses, signals
from tests.web.respond.asking import PERSON, Asker, make_asker


@pytest.fixture
async def asker(database: Database) -> Asker:
    return await make_asker(database)


def job(asker: Asker, id_: str, value: AnswerValue) -> object:
    submission = SubmitResponse(
        "binary", Channel.EMAIL, invitation_id=id_, answers=[("vote", value)]
    )
    return asker.project, submission, RecordSignal(id_, Kind.ANSWER.value, user_agent=PERSON)


async def test_who_answers_has_opened_and_clicked(asker: Asker, database: Database) -> None:
    id_ = await asker.invite()
    await database.write_one(answer_by_link, job(asker, id_, "positive"))
    invitation = await asker.invitation(id_)
    moment = invitation["responded_at"]
    assert invitation["state"] == "responded"
    assert (invitation["opened_at"], invitation["clicked_at"]) == (moment, moment)
    assert [row["kind"] for row in await asker.rows(signals)] == ["answer"]


async def test_a_refused_answer_leaves_no_trace_and_its_neighbour_in_peace(
    asker: Asker, database: Database
) -> None:
    good, bad = await asker.invite(), await asker.invite()
    outcomes = await database.write(
        answer_by_link, [job(asker, bad, "perhaps"), job(asker, good, "negative")]
    )
    assert isinstance(outcomes[0], Invalid)
    assert [row["invitation_id"] for row in await asker.rows(responses)] == [good]
    assert [row["invitation_id"] for row in await asker.rows(signals)] == [good]
    assert (await asker.invitation(bad))["opened_at"] is None
