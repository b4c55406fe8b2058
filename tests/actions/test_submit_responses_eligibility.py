"""Who may answer now: repetition, targeting, anonymity, and force."""

from dataclasses import replace

import pytest

from tellback.core.errors import Invalid, NotEligible
from tellback.core.instants import DAY
from tellback.core.model import Condition, ContactKey, Identity
from tellback.core.outcomes import ResponseStored
from tellback.store.tables import (
    responses,
)
from tests.actions.answering import ALICE, BOB, VISITOR, said, submit
from tests.actions.workroom import NPS, Workroom


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
