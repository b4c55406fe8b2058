"""Answers are taken or refused; what is refused leaves nothing behind."""

from dataclasses import replace

import pytest

from tellback.actions.record_conversations import record_conversations
from tellback.actions.submit_responses import submit_responses
from tellback.core.conversations import RecordConversation
from tellback.core.errors import Fault, Invalid, NotFound, Problem
from tellback.core.instants import DAY
from tellback.core.model import ContactKey
from tellback.core.outcomes import ResponseStored
from tellback.store.tables import (
    contact_identities,
    contacts,
    responses,
)
from tests.actions.answering import BOB, VISITOR, said, submit
from tests.actions.workroom import FORM, NPS, WIRE, Workroom


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


def test_forms_are_not_rated(room: Workroom) -> None:
    submit(room, said(survey="form", answers=[("q-area", "idea")]))
    row = room.row(responses)
    assert (row.metric, row.rating, row.comment) == (None, None, None)
    assert FORM.rating_question is None


class TestProblems:
    def test_all_are_said_at_once(self, room: Workroom) -> None:
        mine = Problem(Fault.FORMAT, "is no colour", "colour")
        answers = [("q-area", "neither"), ("q-where", "here"), ("q-when", "now")]
        command = said(survey=room.form.id, answers=answers, problems=(mine,))
        with room.nothing_written():
            refused = submit(room, command)
        found = [(problem.field, problem.fault) for problem in refused.problems]
        assert found == [
            ("colour", Fault.FORMAT),
            ("q-area", Fault.VALUE),
            ("q-when", Fault.NOT_FOUND),
            ("q-where", Fault.NOT_APPLICABLE),
        ]
        assert [getattr(problem.subject, "id", None) for problem in refused.problems] == [
            None,
            "q-area",
            None,
            "q-where",
        ]


class TestFurtherKeys:
    OLD = ContactKey("account", "old")

    def test_lead_to_the_same_person(self, room: Workroom) -> None:
        submit(room, said(also=(self.OLD,)))
        submit(room, said(self.OLD, survey=room.form.id, answers=[("q-area", "idea")]))
        assert room.counts()["contacts"] == 1
        kinds = {row.kind for row in room.rows(contact_identities)}
        assert kinds == {"external", "account"}

    def test_are_not_taken_from_somebody(self, room: Workroom) -> None:
        submit(room, said(self.OLD))
        submit(room, said(BOB, also=(self.OLD,)))
        assert room.counts()["contacts"] == 2
        assert room.counts()["contact_identities"] == 2


class TestOfConversation:
    def about(self, **what: object) -> RecordConversation:
        return RecordConversation(WIRE, "chat-1", **what)

    def test_whose_it_is_answers(self, room: Workroom) -> None:
        room.run(record_conversations, (room.shop, self.about(contact=BOB)))
        submit(room, said(None, about=self.about(), of_conversation=True))
        assert room.row(responses).contact_id == room.row(contacts).id

    def test_nobody_does_without_being_asked_for(self, room: Workroom) -> None:
        room.run(record_conversations, (room.shop, self.about(contact=BOB)))
        submit(room, said(None, about=self.about()))
        assert room.row(responses).contact_id is None

    def test_nobody_does_where_it_is_not_known(self, room: Workroom) -> None:
        submit(room, said(None, about=self.about(), of_conversation=True))
        assert room.row(responses).contact_id is None
        assert room.counts()["conversations"] == 1
