"""May a due invitation be sent? Each question alone, and their order."""

from dataclasses import replace

import pytest

from tellback.core.admission import (
    CHAT_QUESTIONS,
    LIFETIME,
    QUESTIONS,
    Circumstances,
    DueInvitation,
    Objection,
    judge,
)
from tellback.core.instants import DAY, HOUR, MINUTE
from tellback.core.invitation import FOLLOWS, State
from tellback.core.quota import allowance
from tellback.core.settings import ProjectSettings
from tellback.core.throttle import Limits

NOW = 1_800_000_000_000


def invitation(**changes: object) -> DueInvitation:
    due = DueInvitation(
        id="i1",
        survey_id="s1",
        address="alice@example.com",
        language=None,
        reference="order 1",
        transactional=False,
        transaction_at=None,
        transaction_amount=None,
        transaction_currency=None,
        created_at=NOW - HOUR,
        contact_id="alice",
    )
    return replace(due, **changes)  # type: ignore[arg-type]


def facts(settings: ProjectSettings | None = None, **changes: object) -> Circumstances:
    circumstances = Circumstances(
        now=NOW,
        limits=Limits(),
        live_surveys={"s1"},
        suppressed={},
        next_ask_at={},
        asked_at={},
        allowance=allowance(settings or ProjectSettings(), 0, 0, 0, NOW),
    )
    return replace(circumstances, **changes)  # type: ignore[arg-type]


def objection(due: DueInvitation, circumstances: Circumstances) -> Objection:
    found = judge(due, circumstances)
    assert found is not None
    return found


def test_nothing_objects_to_an_ordinary_ask() -> None:
    assert judge(invitation(), facts()) is None


@pytest.mark.parametrize(("age", "state"), [(LIFETIME - 1, None), (LIFETIME, State.EXPIRED)])
def test_an_invitation_lives_for_a_month(age: int, state: State | None) -> None:
    found = judge(invitation(created_at=NOW - age), facts())
    assert (found.state if found else None) == state


def test_a_withdrawn_survey_cancels() -> None:
    found = objection(invitation(survey_id="s2"), facts())
    assert found == Objection(State.CANCELLED, "the survey is no longer live")


def test_a_suppressed_address_is_not_mailed_and_the_reason_kept() -> None:
    found = objection(invitation(), facts(suppressed={"alice@example.com": "unsubscribed"}))
    assert found.state is State.SUPPRESSED
    assert found.reason == "the address is never mailed: unsubscribed"


@pytest.mark.parametrize(("until", "stops"), [(NOW - 1, False), (NOW, False), (NOW + 1, True)])
def test_a_date_set_by_the_project_is_waited_for(until: int, stops: bool) -> None:
    found = judge(invitation(), facts(next_ask_at={"alice": until}))
    assert (found is not None) is stops
    assert found is None or found.state is State.THROTTLED


def test_who_was_asked_today_is_left_alone_and_told_apart() -> None:
    asked = {"alice": [NOW - HOUR], "bob": []}
    found = objection(invitation(), facts(asked_at=asked))
    assert found.state is State.THROTTLED
    assert found.reason.startswith("asked 1 time in the last day (limit 1); last asked ")
    assert judge(invitation(contact_id="bob"), facts(asked_at=asked)) is None


def test_an_ask_counts_for_those_judged_after_it() -> None:
    circumstances = facts()
    assert judge(invitation(), circumstances) is None
    assert objection(invitation(id="i2"), circumstances).state is State.THROTTLED


def test_out_of_quota_waits_and_is_not_lost() -> None:
    found = objection(invitation(), facts(ProjectSettings(quota_per_hour=0)))
    assert found.state is State.QUEUED
    assert found.due_at == NOW - NOW % HOUR + HOUR


def test_waiting_ends_with_the_invitations_life() -> None:
    old = invitation(created_at=NOW - LIFETIME + 1)
    found = objection(old, facts(ProjectSettings(quota_balance=0)))
    assert found.due_at == NOW + 1


def test_only_what_goes_costs_quota() -> None:
    circumstances = facts(
        ProjectSettings(quota_balance=1), suppressed={"bob@example.com": "bounced"}
    )
    bob = invitation(address="bob@example.com", contact_id="bob")
    assert objection(bob, circumstances).state is State.SUPPRESSED
    assert judge(invitation(), circumstances) is None
    assert objection(invitation(contact_id="charlie"), circumstances).state is State.QUEUED


def test_what_waits_for_quota_does_not_count_as_asked() -> None:
    circumstances = facts(ProjectSettings(quota_balance=0), asked_at={})
    objection(invitation(), circumstances)
    assert circumstances.asked_at == {}


def test_the_gravest_reason_comes_first() -> None:
    worst = facts(
        ProjectSettings(quota_balance=0),
        live_surveys=set(),
        suppressed={"alice@example.com": "bounced"},
        next_ask_at={"alice": NOW + DAY},
        asked_at={"alice": [NOW]},
    )
    assert objection(invitation(created_at=0), worst).state is State.EXPIRED
    assert [question.__name__ for question in QUESTIONS] == [
        "expired",
        "withdrawn",
        "suppressed",
        "postponed",
        "throttled",
        "out_of_quota",
    ]


def test_every_objection_leads_where_a_queued_invitation_may_go() -> None:
    reached = {
        State.EXPIRED,
        State.CANCELLED,
        State.SUPPRESSED,
        State.THROTTLED,
    }
    assert reached <= FOLLOWS[State.QUEUED]


def test_nobody_is_judged_before_we_know_who_it_is() -> None:
    with pytest.raises(ValueError, match="contact"):
        judge(invitation(contact_id=None), facts())


def test_where_nobody_may_be_asked_that_holds_for_newcomers_too() -> None:
    assert objection(invitation(), facts(limits=Limits(per_week=0))).state is State.THROTTLED


def chat_objection(circumstances: Circumstances, **changes: object) -> Objection | None:
    return judge(invitation(**changes), circumstances, CHAT_QUESTIONS)


def test_a_chat_has_its_own_questions_and_costs_no_mails() -> None:
    assert [question.__name__ for question in CHAT_QUESTIONS] == [
        "expired",
        "withdrawn",
        "forgotten",
        "suppressed",
        "talking",
        "postponed",
        "throttled",
    ]
    none_left = ProjectSettings(quota_balance=0)
    assert chat_objection(facts(none_left, known={"alice"})) is None
    assert State.SENT in FOLLOWS[State.QUEUED]


def test_nobody_is_asked_in_a_chat_who_is_not_there_any_more() -> None:
    for contact_id in ("alice", None):
        found = chat_objection(facts(), contact_id=contact_id)
        assert found is not None
        assert found.state is State.CANCELLED


def test_while_somebody_talks_their_survey_waits_at_most_until_it_expires() -> None:
    busy = facts(known={"alice"}, talking={"alice"})
    found = chat_objection(busy)
    assert found is not None
    assert (found.state, found.due_at) == (State.QUEUED, NOW + MINUTE)
    late = chat_objection(busy, created_at=NOW - LIFETIME + 5)
    assert late is not None
    assert late.due_at == NOW + 5


def test_who_waits_is_not_yet_counted_as_asked() -> None:
    busy = facts(known={"alice"}, talking={"alice"})
    chat_objection(busy)
    assert busy.asked_at == {}
