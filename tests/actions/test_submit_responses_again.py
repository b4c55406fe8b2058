"""Answers that go on with earlier ones: by token, by invitation, by conversation."""

from dataclasses import replace

import pytest

from tellback.actions.apply_surveys import ApplySurvey, apply_surveys
from tellback.actions.erase_contacts import erase_contacts
from tellback.core.commands import EraseContact
from tellback.core.conversations import OURS, ConversationKey, RecordConversation
from tellback.core.errors import (
    ContactUnknown,
    ConversationUnknown,
    CredentialUnknown,
    Invalid,
    NotEligible,
    NotFound,
)
from tellback.core.instants import DAY, HOUR
from tellback.core.model import ContactKey, Identity
from tellback.core.outcomes import ResponseStored
from tellback.store.tables import (
    contact_identities,
    contacts,
    conversations,
    invitations,
    response_revisions,
    responses,
)
from tests.actions.answering import ALICE, BOB, click, invite, said, submit
from tests.actions.talking import chat, record
from tests.actions.workroom import NPS, WIRE, Workroom


class TestContinuing:
    def test_adds_to_what_was_said(self, room: Workroom) -> None:
        stored = submit(room, said(rating=9, traits={"plan": "free"}))
        assert stored.completed is False
        room.now += 1_000
        more = said(
            response_id=stored.id, token=stored.token, partial=True, comment="more", traits={"a": 1}
        )
        outcome = submit(room, more)
        assert outcome == ResponseStored(stored.id, stored.token, created=False, completed=True)
        row = room.row(responses)
        assert (row.rating, row.comment, row.revision) == (9.0, "more", 1)
        assert (row.created_at, row.updated_at) == (room.now - 1_000, room.now)
        assert row.traits == room.row(contacts).properties == {"plan": "free", "a": 1}
        assert room.rows(response_revisions) == []

    def test_keeps_what_is_taken_back(self, room: Workroom) -> None:
        stored = submit(room, said(rating=9, comment="good"))
        first = room.now
        room.now += 1_000
        submit(room, said(response_id=stored.id, token=stored.token, partial=True, rating=2))
        room.now += 1_000
        submit(room, said(response_id=stored.id, token=stored.token, comment="bad"))
        row = room.row(responses)
        assert (row.rating, row.comment, row.revision) == (None, "bad", 3)
        old, older = room.rows(response_revisions)
        assert (old.revision, old.rating, old.comment) == (1, 9.0, "good")
        assert (old.recorded_at, old.replaced_at) == (first, first + 1_000)
        assert (older.revision, older.rating, older.answers["q-why"]) == (2, 2.0, "good")

    def test_saying_the_same_again_is_no_change(self, room: Workroom) -> None:
        stored = submit(room, said(rating=9))
        submit(room, said(response_id=stored.id, token=stored.token, rating=9))
        assert room.row(responses).revision == 1

    def test_needs_the_response_s_own_token(self, room: Workroom) -> None:
        mine, theirs = submit(room, said(), said(BOB))
        with room.nothing_written():
            for token in (None, "", "x", theirs.token):
                refused = submit(room, said(response_id=mine.id, token=token))
                assert isinstance(refused, CredentialUnknown)
            assert isinstance(submit(room, said(response_id="0" * 32, token="x")), NotFound)

    def test_does_not_reach_into_another_project(self, room: Workroom) -> None:
        stored = submit(room, said())
        command = said(response_id=stored.id, token=stored.token, rating=0)
        assert isinstance(submit(room, command, project=room.other), NotFound)

    def test_is_not_for_another_person(self, room: Workroom) -> None:
        stored = submit(room, said(traits={"name": "Alice"}))
        command = said(BOB, response_id=stored.id, token=stored.token, traits={"name": "Bob"})
        with room.nothing_written():
            assert isinstance(submit(room, command), Invalid)

    def test_ends_after_the_time_to_change_one_s_mind(self, room: Workroom) -> None:
        stored = submit(room, said(rating=9))
        room.now += 24 * HOUR - 1
        changed = said(response_id=stored.id, token=stored.token, partial=True, rating=8)
        assert isinstance(submit(room, changed), ResponseStored)
        room.now += 1
        refused = submit(room, replace(changed, rating=7))
        assert isinstance(refused, NotEligible)
        assert refused.reason == "already answered"

    def test_may_be_finished_where_nothing_may_be_changed(self, room: Workroom) -> None:
        project = room.project("Strict", change_of_mind_hours=0)
        room.survey(project, "nps", NPS)
        stored = submit(room, said(rating=9), project=project)
        mine = {"response_id": stored.id, "token": stored.token, "partial": True}
        assert isinstance(submit(room, said(rating=8, **mine), project=project), NotEligible)
        assert isinstance(submit(room, said(comment="x", **mine), project=project), ResponseStored)
        room.now += HOUR
        later = submit(room, said(dismissed=True, **mine), project=project)
        assert isinstance(later, NotEligible)

    def test_is_judged_by_the_version_that_was_answered(self, room: Workroom) -> None:
        stored = submit(room, said(rating=9))
        room.change(responses, {"id": stored.id}, survey_version=7)
        refused = submit(room, said(response_id=stored.id, token=stored.token, rating=9))
        assert isinstance(refused, NotFound)


class TestInvitations:
    def test_an_answer_is_linked_to_who_was_asked(self, room: Workroom) -> None:
        asked = invite(room)
        outcome = submit(room, click(asked, rating=10))
        assert outcome == ResponseStored(outcome.id, None, completed=False)
        row = room.row(responses)
        person = room.row(contacts)
        assert (row.invitation_id, row.contact_id, row.channel) == (asked, person.id, "email")
        assert person.email == "alice@example.org"
        assert room.row(contact_identities).kind == Identity.EMAIL
        invitation = room.row(invitations)
        assert (invitation.state, invitation.responded_at) == ("responded", room.now)
        assert invitation.contact_id == person.id

    def test_the_contact_that_the_sender_made_is_the_one(self, room: Workroom) -> None:
        submit(room, said(ContactKey(Identity.EMAIL, "alice@example.org"), traits={"plan": "x"}))
        person = room.row(contacts)
        asked = invite(room)
        room.change(invitations, {"id": asked}, contact_id=person.id)
        submit(room, click(asked, rating=10))
        row = room.row(responses, invitation_id=asked)
        assert (row.contact_id, row.traits) == (person.id, {"plan": "x"})

    def test_several_are_answered_at_once(self, room: Workroom) -> None:
        ids = [
            invite(room, f"{n}@example.org", state) for n, state in enumerate(("sent", "sending"))
        ]
        submit(room, said(ALICE))
        alice = room.row(contacts)
        room.change(invitations, {"id": ids[1]}, contact_id=alice.id)
        room.now += 7
        taken = submit(room, *(click(id_, rating=9) for id_ in ids))
        assert all(isinstance(one, ResponseStored) for one in taken)
        first, second = room.rows(invitations)
        assert (first.state, second.state) == ("responded", "sending")
        assert {first.responded_at, second.responded_at} == {room.now}
        made = room.row(contacts, email="0@example.org")
        assert (first.contact_id, second.contact_id) == (made.id, alice.id)

    def test_a_comment_comes_later(self, room: Workroom) -> None:
        asked = invite(room)
        first = submit(room, click(asked, rating=10))
        room.now += 60_000
        second = submit(room, click(asked, comment="Nice"))
        assert (second.id, second.created, second.completed) == (first.id, False, True)
        row = room.row(responses)
        assert (row.rating, row.comment, row.revision) == (10.0, "Nice", 1)
        assert room.row(invitations).responded_at == room.now - 60_000

    def test_a_change_of_mind_replaces_the_answer_and_keeps_it(self, room: Workroom) -> None:
        asked = invite(room)
        submit(room, click(asked, rating=10))
        submit(room, click(asked, rating=3, comment="Broke"))
        assert room.row(responses).rating == 3.0
        assert room.row(responses).revision == 2
        assert room.row(response_revisions).rating == 10.0

    def test_a_change_of_mind_comes_too_late(self, room: Workroom) -> None:
        asked = invite(room)
        submit(room, click(asked, rating=10))
        room.now += 24 * HOUR
        with room.nothing_written():
            for late in (click(asked, rating=3), click(asked, comment="x")):
                refused = submit(room, late)
                assert isinstance(refused, NotEligible)
                assert refused.reason == "already answered"

    def test_two_clicks_in_one_batch_are_one_answer(self, room: Workroom) -> None:
        asked = invite(room)
        first, second = submit(room, click(asked, rating=10), click(asked, rating=2))
        assert (first.id, first.created, second.created) == (second.id, True, False)
        assert room.row(responses).rating == 2.0
        assert room.row(response_revisions).rating == 10.0

    @pytest.mark.parametrize(
        "state", ["sent", "delivered", "opened", "clicked", "bounced", "complained", "unknown"]
    )
    def test_may_be_answered_once_they_may_have_gone(self, room: Workroom, state: str) -> None:
        asked = invite(room, state=state)
        assert isinstance(submit(room, click(asked, rating=1)), ResponseStored)
        assert room.row(invitations).state == "responded"

    def test_one_on_its_way_is_left_to_the_sender(self, room: Workroom) -> None:
        asked = invite(room, state="sending")
        assert isinstance(submit(room, click(asked, rating=1)), ResponseStored)
        invitation = room.row(invitations)
        assert (invitation.state, invitation.responded_at) == ("sending", room.now)

    @pytest.mark.parametrize("state", ["queued", "claimed", "suppressed", "throttled", "cancelled"])
    def test_cannot_be_answered_where_none_was_sent(self, room: Workroom, state: str) -> None:
        asked = invite(room, state=state)
        with room.nothing_written():
            assert isinstance(submit(room, click(asked, rating=1)), NotEligible)

    def test_one_that_waits_for_a_second_attempt_may_have_arrived(self, room: Workroom) -> None:
        asked = invite(room, state="queued")
        room.change(invitations, {"id": asked}, attempts=1)
        assert isinstance(submit(room, click(asked, rating=1)), ResponseStored)
        assert room.row(invitations).state == "responded"

    def test_another_project_s_is_unknown(self, room: Workroom) -> None:
        asked = invite(room)
        assert isinstance(submit(room, click(asked, rating=1), project=room.other), NotFound)

    def test_who_was_asked_may_answer_a_survey_that_was_taken_down(self, room: Workroom) -> None:
        asked = invite(room)
        paused = room.survey(room.shop, "paused", NPS, live=False)
        room.change(invitations, {"id": asked}, survey_id=paused.id)
        assert isinstance(submit(room, click(asked, rating=1)), ResponseStored)

    def test_who_was_forgotten_is_not_found_again_by_an_old_link(self, room: Workroom) -> None:
        submit(room, said(ContactKey(Identity.EMAIL, "alice@example.org")))
        person = room.row(contacts)
        asked = invite(room)
        room.change(invitations, {"id": asked}, contact_id=person.id)
        room.run(erase_contacts, (room.shop, EraseContact(person.id)))
        submit(room, click(asked, rating=1))
        assert room.row(responses, invitation_id=asked).contact_id is None
        assert len(room.rows(contacts)) == 1

    def test_an_answered_invitation_counts_for_the_survey_s_repetition(
        self, room: Workroom
    ) -> None:
        asked = invite(room)
        submit(room, click(asked, rating=10))
        key = ContactKey(Identity.EMAIL, "alice@example.org")
        assert isinstance(submit(room, said(key)), NotEligible)


class TestConversations:
    def test_a_further_answer_about_it_replaces_the_earlier_one(self, room: Workroom) -> None:
        about = {"about": RecordConversation(WIRE, "chat-1"), "survey": room.nps.id}
        first = submit(room, said(rating=9, comment="good", **about))
        room.now += 300 * DAY
        second = submit(room, said(rating=2, **about))
        assert (second.id, second.created) == (first.id, False)
        row = room.row(responses)
        assert row.conversation_id == room.row(conversations).id
        assert (row.rating, row.comment, row.revision) == (2.0, None, 2)
        assert room.row(response_revisions).comment == "good"

    def test_another_survey_about_it_is_another_answer(self, room: Workroom) -> None:
        room.survey(room.shop, "second", NPS)
        about = RecordConversation(WIRE, "chat-1")
        outcomes = submit(
            room,
            said(about=about),
            said(about=about, survey="second"),
            said(about=about, rating=1),
        )
        assert outcomes[0].id == outcomes[2].id != outcomes[1].id
        assert len(room.rows(responses)) == 2
        assert len(room.rows(conversations)) == 1

    def test_must_be_one_that_is_there_and_theirs(self, room: Workroom) -> None:
        submit(room, said(about=RecordConversation(WIRE, "chat-1"), contact=ALICE))
        hers = ConversationKey(reference="chat-1")
        assert isinstance(submit(room, said(conversation=hers, rating=1)), ResponseStored)
        refused = submit(
            room,
            said(BOB, conversation=hers),
            said(BOB, conversation=hers, known_only=True),
            said(conversation=ConversationKey(number=9)),
        )
        kinds = [ConversationUnknown, ContactUnknown, ConversationUnknown]
        assert [type(one) for one in refused] == kinds
        assert len(room.rows(contacts)) == 1

    def test_keeps_its_person(self, room: Workroom) -> None:
        submit(room, said(about=RecordConversation(WIRE, "chat-1", channel="web"), contact=ALICE))
        hers = room.row(conversations).contact_id
        room.survey(room.shop, "second", NPS)
        about = RecordConversation(WIRE, "chat-1", agent="ann")
        submit(room, said(BOB, about=about, survey="second"))
        row = room.row(conversations)
        assert (row.contact_id, row.agent) == (hers, "ann")

    def test_of_another_wire_is_unknown(self, room: Workroom) -> None:
        submit(room, said(about=RecordConversation(WIRE, "chat-1"), contact=ALICE, rating=5))
        about = RecordConversation("elsewhere", "chat-1", is_open=False)
        foreign = replace(said(BOB, about=about, survey="nps"), dialect="elsewhere")
        with room.nothing_written():
            assert isinstance(submit(room, foreign), ConversationUnknown)

    def test_that_the_owner_told_of_is_answered_about_and_not_changed(self, room: Workroom) -> None:
        record(room, replace(chat("chat-1", channel="web"), dialect=OURS))
        about = RecordConversation(WIRE, "chat-1", is_open=False, channel="evil")
        stored = submit(room, said(None, about=about, of_conversation=True))
        row, talk = room.row(responses), room.row(conversations)
        assert (row.id, row.conversation_id, row.contact_id) == (stored.id, talk.id, None)
        assert (talk.channel, talk.closed_at) == ("web", None)

    def test_answers_of_several_people_about_one_stay_apart(self, room: Workroom) -> None:
        about = RecordConversation(WIRE, "chat-1")
        agents = submit(room, said(None, about=about, rating=3))
        ended = replace(about, is_open=False)
        visitors = submit(room, said(about=ended, rating=9))
        assert agents.id != visitors.id
        assert [row.rating for row in room.rows(responses)] == [3.0, 9.0]
        again = submit(room, said(about=ended, rating=8))
        assert again.id == visitors.id
        assert room.row(conversations).closed_at == room.now

    def test_history_keeps_the_version_that_was_answered(self, room: Workroom) -> None:
        about = RecordConversation(WIRE, "chat-1")
        submit(room, said(about=about, rating=3))
        changed = ApplySurvey(room.shop, "nps", True, replace(NPS, name="Other"))
        room.run(apply_surveys, changed)
        submit(room, said(about=about, rating=9))
        assert room.row(response_revisions).survey_version == 1
        assert room.row(responses).survey_version == 2

    def test_leaves_no_conversation_of_what_is_refused(self, room: Workroom) -> None:
        refused = submit(room, said(about=RecordConversation(WIRE, "chat-1"), rating=11))
        assert isinstance(refused, Invalid)
        assert room.rows(conversations) == []


def test_what_comes_late_takes_nothing_back_that_is_younger(room: Workroom) -> None:
    id_ = invite(room)
    before = room.now
    room.now += 1_000
    submit(room, click(id_, rating=3))
    room.now += 1_000
    with room.nothing_written():
        late = submit(room, click(id_, rating=9, said_at=before))
    assert isinstance(late, NotEligible)
    assert late.reason == "a newer answer is there, which stays"
    submit(room, click(id_, rating=9, said_at=room.now - 500))
    row = room.row(responses)
    assert (row.rating, row.updated_at) == (9, room.now - 500)


def test_what_comes_late_is_compared_with_what_was_said_then(room: Workroom) -> None:
    idea = [("q-area", "idea")]
    came = room.now - 61_000

    def say(at: int | None) -> ResponseStored:
        command = said(survey="form", answers=idea, same_within=60_000, said_at=at)
        stored = submit(room, command)
        assert isinstance(stored, ResponseStored)
        return stored

    assert say(None).created
    late = say(came)
    assert late.created
    assert (say(came - 59_999).id, say(came - 59_999).created) == (late.id, False)
    assert say(came - 60_000).created
