"""Surveys are paused and go on; what they ask stays as it is."""

from dataclasses import replace

from tellback.actions.apply_surveys import ApplySurvey, apply_surveys
from tellback.actions.set_live import SetLive, set_live
from tellback.core.errors import NotFound
from tellback.store.surveys import find_by_key
from tests.actions.workroom import NPS, Workroom


def test_what_was_published_meanwhile_stays(room: Workroom) -> None:
    room.run(apply_surveys, ApplySurvey(room.shop, "nps", True, replace(NPS, name="Newer")))
    room.run(set_live, SetLive(room.shop, "nps", False))
    with room.connection.begin():
        survey = find_by_key(room.connection, room.shop.id, "nps")
        theirs = find_by_key(room.connection, room.other.id, "nps")
    assert survey is not None
    assert theirs is not None
    assert (survey.live, survey.version, survey.definition.name) == (False, 2, "Newer")
    assert theirs.live


def test_what_is_live_already_is_not_touched(room: Workroom) -> None:
    with room.nothing_written():
        assert room.run(set_live, SetLive(room.shop, "nps", True)) is None


def test_there_is_no_such_survey(room: Workroom) -> None:
    assert isinstance(room.run(set_live, SetLive(room.shop, "none", True)), NotFound)
