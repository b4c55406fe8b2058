"""Answers are taken, refused, continued and changed; what is refused leaves nothing behind."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from tellback.actions.erase_contacts import erase_contacts
from tellback.actions.request_invitations import request_invitations
from tellback.actions.submit_responses import submit_responses
from tellback.core.commands import EraseContact, RequestInvitation, SubmitResponse
from tellback.core.errors import CredentialUnknown, Fault, Invalid, NotEligible, NotFound, Problem
from tellback.core.instants import DAY, HOUR
from tellback.core.model import Channel, Condition, ContactKey, Identity, Project
from tellback.core.outcomes import InvitationRequested, ResponseStored
from tellback.store.tables import (
    contact_identities,
    contacts,
    invitations,
    response_revisions,
    responses,
)
from tests.actions.workroom import FORM, NPS, WIRE, Workroom, open_workroom

ALICE = ContactKey(Identity.EXTERNAL, "alice")
BOB = ContactKey(Identity.EXTERNAL, "bob")
VISITOR = ContactKey(Identity.ANONYMOUS, "visitor-1")


@pytest.fixture
def room() -> Iterator[Workroom]:
    with open_workroom() as opened:
        yield opened


def said(contact: ContactKey | None = ALICE, **what: Any) -> SubmitResponse:
    """A submission; of a rating, where nothing else is said."""
    if not what.keys() & {"rating", "answers", "comment", "dismissed"}:
        what["rating"] = 10
    return SubmitResponse(WIRE, Channel.IN_APP, contact=contact, **what)


def submit(room: Workroom, *commands: SubmitResponse, project: Project | None = None) -> Any:
    jobs = [(project or room.shop, command) for command in commands]
    return room.run(submit_responses, *jobs)


def invite(room: Workroom, address: str = "alice@example.org", state: str = "sent") -> str:
    """An invitation that has come as far as a state."""
    command = RequestInvitation(WIRE, "0" * 32, address, f"ref-{room.counts()['invitations']}")
    requested = room.run(request_invitations, (room.shop, command))
    assert isinstance(requested, InvitationRequested)
    room.change(invitations, {"id": requested.id}, state=state, sent_at=room.now)
    return requested.id


def click(invitation_id: str, **what: Any) -> SubmitResponse:
    what.setdefault("partial", True)
    return SubmitResponse(WIRE, Channel.EMAIL, invitation_id=invitation_id, **what)


class TestStoring:
    def test_keeps_everything_that_was_said(self, room: Workroom) -> None:
        command = said(
            survey=room.nps.id,
            rating=10,
            answers=[("q-why", "Shaken")],
            traits={"name": "Alice", "email": "alice@example.org", "plan": {"tier": 2}},
            language="de",
            referrer="https://example.org/",
            user_agent="curl/8",
            ip="203.0.113.9",
        )
        stored = submit(room, command)
        assert stored == ResponseStored(stored.id, stored.token, completed=True)
        row = room.row(responses)
        assert row.id == stored.id
        assert (row.survey_id, row.survey_version) == (room.nps.id, 1)
        assert (row.dialect, row.channel) == (WIRE, "in_app")
        assert row.answers == {"q-rating": 10, "q-why": "Shaken"}
        assert (row.metric, row.rating, row.comment) == ("nps", 10.0, "Shaken")
        assert (row.completed, row.dismissed, row.revision) == (True, False, 1)
        assert row.traits == command.traits
        assert (row.language, row.referrer) == ("de", "https://example.org/")
        assert (row.user_agent, row.ip) == ("curl/8", "203.0.113.0")
        assert row.created_at == row.updated_at == room.now
        person = room.row(contacts)
        assert row.contact_id == person.id
        assert (person.name, person.email) == ("Alice", "alice@example.org")
        assert person.properties == command.traits

    def test_hands_out_a_token_and_keeps_only_its_hash(self, room: Workroom) -> None:
        stored = submit(room, said())
        assert len(stored.token) >= 40
        assert stored.token.encode() not in room.row(responses).token_hash

    @pytest.mark.parametrize("name", ["nps", "2", None])
    def test_finds_the_survey_by_key_number_or_as_the_ready_one(
        self, room: Workroom, name: str | None
    ) -> None:
        submit(room, said(survey=name))
        assert room.row(responses).survey_id == room.nps.id

    def test_takes_the_only_live_survey_where_the_wire_has_none(self, room: Workroom) -> None:
        project = room.project("Lone")
        survey = room.survey(project, "nps", NPS)
        submit(room, said(), project=project)
        assert room.row(responses).survey_id == survey.id

    def test_asks_for_the_survey_where_there_are_several(self, room: Workroom) -> None:
        refused = submit(room, replace(said(), dialect="elsewhere"))
        assert isinstance(refused, Invalid)
        assert refused.problems[0].field == "survey"

    def test_does_not_know_surveys_that_are_foreign_or_not_live(self, room: Workroom) -> None:
        paused = room.survey(room.shop, "paused", NPS, live=False)
        with room.nothing_written():
            for name in (room.foreign.id, paused.id, "nothing", "", "0" * 32):
                assert isinstance(submit(room, said(survey=name)), NotFound)

    def test_an_address_that_a_public_caller_names_identifies_nobody(self, room: Workroom) -> None:
        submit(room, said(traits={"email": "alice@example.org"}))
        identity = room.row(contact_identities)
        assert (identity.kind, identity.value) == ("external", "alice")

    @pytest.mark.parametrize(("privacy", "kept"), [("full", "203.0.113.9"), ("none", None)])
    def test_keeps_of_the_address_what_the_project_allows(
        self, room: Workroom, privacy: str, kept: str | None
    ) -> None:
        project = room.project("Private", ip_privacy=privacy)
        room.survey(project, "nps", NPS)
        submit(room, said(ip="203.0.113.9"), project=project)
        assert room.row(responses).ip == kept

    def test_nobody_is_somebody_where_that_is_allowed(self, room: Workroom) -> None:
        submit(room, said(None), said(None))
        assert [row.contact_id for row in room.rows(responses)] == [None, None]
        assert room.rows(contacts) == []

    def test_keeps_projects_apart(self, room: Workroom) -> None:
        jobs = [(room.shop, said()), (room.other, said()), (room.shop, said(BOB))]
        outcomes = room.run(submit_responses, *jobs)
        stored = {row.id: row.project_id for row in room.rows(responses)}
        assert [stored[outcome.id] for outcome in outcomes] == [p.id for p, _ in jobs]
        assert len(room.rows(contacts)) == 3


class TestRefusing:
    def test_names_every_problem_and_writes_nothing(self, room: Workroom) -> None:
        command = said(
            rating=11,
            answers=[("q-who", "x"), ("q-why", 5)],
            traits={"name": "Alice"},
            problems=(Problem(Fault.VALUE, "is odd", "method"),),
        )
        with room.nothing_written():
            refused = submit(room, command)
        assert isinstance(refused, Invalid)
        assert [p.field for p in refused.problems] == ["method", "q-who", "q-why", "rating"]

    def test_an_unknown_survey_comes_before_wrong_answers(self, room: Workroom) -> None:
        assert isinstance(submit(room, said(survey="nothing", rating=99)), NotFound)

    def test_wrong_answers_come_before_a_repetition(self, room: Workroom) -> None:
        submit(room, said())
        assert isinstance(submit(room, said(rating=99)), Invalid)

    def test_nothing_said_is_no_answer(self, room: Workroom) -> None:
        with room.nothing_written():
            refused = submit(room, said(answers=[]))
        assert isinstance(refused, Invalid)

    def test_a_required_question_and_a_hidden_one(self, room: Workroom) -> None:
        form = {"survey": room.form.id}
        missing = submit(room, said(answers=[("q-area", "bug")], **form))
        hidden = submit(room, said(answers=[("q-area", "idea"), ("q-where", "x")], **form))
        right = submit(room, said(answers=[("q-area", "bug"), ("q-where", "x")], **form))
        unasked = submit(room, said(answers=[("q-area", "idea")], **form))
        assert [p.fault for p in missing.problems] == [Fault.MISSING]
        assert [p.fault for p in hidden.problems] == [Fault.NOT_APPLICABLE]
        assert right.completed
        assert unasked.completed

    def test_traits_without_bounds(self, room: Workroom) -> None:
        with room.nothing_written():
            assert isinstance(submit(room, said(traits={"a": "x" * 40_000})), Invalid)

    def test_a_refusal_does_not_touch_its_neighbours(self, room: Workroom) -> None:
        first, second, third = submit(room, said(), said(BOB, rating=99), said(VISITOR))
        assert isinstance(second, Invalid)
        assert {row.id for row in room.rows(responses)} == {first.id, third.id}
        assert len(room.rows(contacts)) == 2


class TestRepetition:
    def test_a_second_answer_within_the_survey_s_time(self, room: Workroom) -> None:
        submit(room, said(traits={"plan": "free"}))
        with room.nothing_written():
            refused = submit(room, said(traits={"plan": "gold"}))
        assert isinstance(refused, NotEligible)
        assert "answered this survey" in refused.reason

    @pytest.mark.parametrize(
        ("days", "later", "allowed"),
        [
            (90, 90 * DAY - 1, False),
            (90, 90 * DAY, True),
            (None, 10_000 * DAY, False),
            (0, 0, True),
        ],
    )
    def test_the_time_is_the_survey_s(
        self, room: Workroom, days: int | None, later: int, allowed: bool
    ) -> None:
        room.survey(room.shop, "own", replace(NPS, repeat_after_days=days))
        submit(room, said(survey="own"))
        room.now += later
        assert isinstance(submit(room, said(survey="own")), ResponseStored) is allowed

    def test_within_one_batch(self, room: Workroom) -> None:
        first, second, third = submit(room, said(), said(), said(BOB))
        assert isinstance(first, ResponseStored)
        assert isinstance(second, NotEligible)
        assert isinstance(third, ResponseStored)

    def test_is_counted_by_person_and_survey(self, room: Workroom) -> None:
        room.survey(room.shop, "second", NPS)
        outcomes = submit(room, said(), said(survey="second"), said(BOB), said(VISITOR))
        assert all(isinstance(outcome, ResponseStored) for outcome in outcomes)
        foreign = submit(room, said(), project=room.other)
        assert isinstance(foreign, ResponseStored)

    def test_an_external_and_an_anonymous_id_that_look_alike_are_two_people(
        self, room: Workroom
    ) -> None:
        twin = ContactKey(Identity.ANONYMOUS, ALICE.value)
        outcomes = submit(room, said(), said(twin))
        assert all(isinstance(outcome, ResponseStored) for outcome in outcomes)

    def test_a_dismissal_is_no_answer(self, room: Workroom) -> None:
        submit(room, said(dismissed=True))
        assert isinstance(submit(room, said()), ResponseStored)
        assert isinstance(submit(room, said()), NotEligible)

    def test_a_comment_without_a_rating_is_no_complete_answer(self, room: Workroom) -> None:
        first = submit(room, said(comment="hm"))
        assert first.completed is False
        assert isinstance(submit(room, said()), ResponseStored)

    def test_the_same_submission_sent_twice_is_one(self, room: Workroom) -> None:
        command = said(survey="form", answers=[("q-area", "idea")], same_within=60_000)
        first = submit(room, command)
        room.now += 59_999
        again = submit(room, command)
        assert (again.id, again.created) == (first.id, False)
        differing = submit(room, replace(command, answers=[("q-area", "bug"), ("q-where", "x")]))
        room.now += 1
        later = submit(room, command)
        assert len({first.id, differing.id, later.id}) == 3

    def test_the_same_submission_twice_in_one_batch_is_one(self, room: Workroom) -> None:
        command = said(survey="form", answers=[("q-area", "idea")], same_within=60_000)
        first, again = submit(room, command, replace(command))
        assert first.id == again.id
        assert len(room.rows(responses)) == 1


class TestTargeting:
    def test_conditions_see_the_traits_of_the_request(self, room: Workroom) -> None:
        definition = replace(NPS, targeting=(Condition("plan", "==", "gold"),))
        room.survey(room.shop, "gold", definition)
        with room.nothing_written():
            refused = submit(room, said(survey="gold", traits={"plan": "free"}))
        assert isinstance(refused, NotEligible)
        assert "plan" in refused.reason
        assert isinstance(
            submit(room, said(survey="gold", traits={"plan": "gold"})), ResponseStored
        )

    def test_conditions_see_the_traits_that_were_known(self, room: Workroom) -> None:
        definition = replace(NPS, targeting=(Condition("plan", "==", "gold"),))
        room.survey(room.shop, "gold", definition)
        submit(room, said(traits={"plan": "gold", "seats": 3}))
        assert isinstance(submit(room, said(survey="gold", traits={"seats": 4})), ResponseStored)

    def test_how_long_somebody_is_known(self, room: Workroom) -> None:
        condition = Condition("$first_seen", "more_days_ago_than", 30)
        room.survey(room.shop, "regulars", replace(NPS, targeting=(condition,)))
        submit(room, said())
        assert isinstance(submit(room, said(survey="regulars")), NotEligible)
        room.now += 31 * DAY
        assert isinstance(submit(room, said(survey="regulars")), ResponseStored)

    @pytest.mark.parametrize("contact", [VISITOR, None])
    def test_anonymous_answers_where_they_are_not_taken(
        self, room: Workroom, contact: ContactKey | None
    ) -> None:
        room.survey(room.shop, "named", replace(NPS, allow_anonymous=False))
        with room.nothing_written():
            assert isinstance(submit(room, said(contact, survey="named")), NotEligible)
        assert isinstance(submit(room, said(ALICE, survey="named")), ResponseStored)


class TestForce:
    def test_skips_the_checks_where_the_project_allows_it(self, room: Workroom) -> None:
        project = room.project("Playground", allow_force=True)
        definition = replace(
            NPS, targeting=(Condition("plan", "==", "gold"),), allow_anonymous=False
        )
        room.survey(project, "gold", definition)
        outcomes = submit(
            room, said(force=True), said(force=True), said(VISITOR, force=True), project=project
        )
        assert [outcome.warning for outcome in outcomes] == [None] * 3
        assert isinstance(submit(room, said(), project=project), NotEligible)

    def test_never_skips_what_is_wrong(self, room: Workroom) -> None:
        project = room.project("Playground", allow_force=True)
        room.survey(project, "nps", NPS)
        assert isinstance(submit(room, said(rating=11, force=True), project=project), Invalid)

    def test_is_ignored_elsewhere_with_a_warning(self, room: Workroom) -> None:
        first = submit(room, said(force=True))
        assert "not allow" in first.warning
        assert isinstance(submit(room, said(force=True)), NotEligible)


class TestPeople:
    def test_traits_are_laid_over_those_that_are_known(self, room: Workroom) -> None:
        submit(room, said(traits={"name": "Al", "plan": "free", "seats": 3}))
        room.now += 100 * DAY
        submit(room, said(traits={"name": "Alice", "plan": None}))
        person = room.row(contacts)
        assert person.properties == {"name": "Alice", "plan": None, "seats": 3}
        assert person.name == "Alice"
        assert (person.created_at, person.last_seen_at) == (room.now - 100 * DAY, room.now)
        first, second = room.rows(responses)
        assert first.traits == {"name": "Al", "plan": "free", "seats": 3}
        assert second.traits == {"name": "Alice", "plan": None, "seats": 3}

    def test_without_traits_the_known_ones_are_kept_and_copied(self, room: Workroom) -> None:
        submit(room, said(traits={"name": "Alice"}))
        room.now += 100 * DAY
        submit(room, said())
        assert room.row(contacts).properties == {"name": "Alice"}
        assert [row.traits for row in room.rows(responses)] == [{"name": "Alice"}] * 2

    def test_of_one_person_in_one_batch_later_words_count(self, room: Workroom) -> None:
        room.survey(room.shop, "second", NPS)
        submit(
            room,
            said(traits={"name": "Al", "plan": "free"}),
            said(survey="second", traits={"name": "Alice"}),
            said(survey="nothing", traits={"name": "Nobody"}),
        )
        assert room.row(contacts).properties == {"name": "Alice", "plan": "free"}
        assert [row.traits["name"] for row in room.rows(responses)] == ["Al", "Alice"]


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
        chat = "c" * 32
        about = {"conversation_id": chat, "survey": room.nps.id}
        first = submit(room, said(rating=9, comment="good", **about))
        room.now += 300 * DAY
        second = submit(room, said(rating=2, **about))
        assert (second.id, second.created) == (first.id, False)
        row = room.row(responses)
        assert (row.conversation_id, row.rating, row.comment, row.revision) == (chat, 2.0, None, 2)
        assert room.row(response_revisions).comment == "good"

    def test_another_survey_about_it_is_another_answer(self, room: Workroom) -> None:
        room.survey(room.shop, "second", NPS)
        chat = "c" * 32
        outcomes = submit(
            room,
            said(conversation_id=chat),
            said(conversation_id=chat, survey="second"),
            said(conversation_id=chat, rating=1),
        )
        assert outcomes[0].id == outcomes[2].id != outcomes[1].id
        assert len(room.rows(responses)) == 2


def test_forms_are_not_rated(room: Workroom) -> None:
    submit(room, said(survey="form", answers=[("q-area", "idea")]))
    row = room.row(responses)
    assert (row.metric, row.rating, row.comment) == (None, None, None)
    assert FORM.rating_question is None
