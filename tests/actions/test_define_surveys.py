"""Callers say what a survey asks, and how often the project's rule asks it."""

from dataclasses import replace
from typing import Any

import pytest

from tellback.actions.define_surveys import define_surveys
from tellback.core.commands import AskingRule, DefineSurvey
from tellback.core.errors import Invalid
from tellback.core.outcomes import Done
from tellback.core.settings import ProjectSettings
from tellback.store.projects import find_project, update_settings
from tellback.store.surveys import find_by_key
from tests.actions.workroom import FORM, NPS, WIRE, Workroom


def define(room: Workroom, key: str = "nps", **what: Any) -> Any:
    command = DefineSurvey(WIRE, key, **{"definition": NPS, **what})
    return room.run(define_surveys, (room.shop, command))


def stored(room: Workroom, key: str = "nps") -> Any:
    with room.connection.begin():
        return find_by_key(room.connection, room.shop.id, key)


def settings(room: Workroom) -> ProjectSettings:
    with room.connection.begin():
        project = find_project(room.connection, room.shop.slug)
    assert project is not None
    return project.settings


class TestSurvey:
    def test_is_made_where_there_is_none(self, room: Workroom) -> None:
        done = define(room, "new")
        assert done == Done(stored(room, "new").id)
        assert (stored(room, "new").live, stored(room, "new").version) == (True, 1)

    def test_says_something_else_in_a_new_version(self, room: Workroom) -> None:
        done = define(room, definition=replace(NPS, name="Other"))
        assert done == Done(room.nps.id)
        survey = stored(room)
        assert (survey.version, survey.number) == (2, room.nps.number)
        assert survey.definition.name == "Other"

    def test_keeps_what_the_wire_does_not_speak_of(self, room: Workroom) -> None:
        define(room, "kept", definition=replace(FORM, channels=("sms",), hide_after=9))
        define(room, "kept", definition=replace(FORM, name="Mine"), keep=("channels",))
        definition = stored(room, "kept").definition
        assert (definition.name, definition.channels) == ("Mine", ("sms",))
        assert definition.hide_after is None

    def test_is_live_again(self, room: Workroom) -> None:
        room.survey(room.shop, "paused", FORM, live=False)
        define(room, "paused", definition=FORM)
        assert stored(room, "paused").live

    def test_must_not_contradict_itself(self, room: Workroom) -> None:
        with room.nothing_written():
            refused = define(room, definition=replace(NPS, questions=()), rule=AskingRule(50))
            assert isinstance(refused, Invalid)

    def test_of_another_project_is_left_alone(self, room: Workroom) -> None:
        define(room, definition=replace(NPS, name="Other"))
        with room.connection.begin():
            foreign = find_by_key(room.connection, room.other.id, "nps")
        assert foreign == room.foreign


class TestRule:
    def test_is_not_touched_where_nothing_is_said(self, room: Workroom) -> None:
        define(room)
        assert settings(room) == ProjectSettings()

    def test_asks_this_survey_from_now_on(self, room: Workroom) -> None:
        define(room, rule=AskingRule(sample=50, messages=2))
        asked = ProjectSettings(close_survey="nps", close_sample=50, close_messages=2)
        assert settings(room) == asked
        define(room, rule=AskingRule(messages=3))
        assert settings(room) == replace(asked, close_messages=3)

    @pytest.mark.parametrize("name", ["id", "number", "key"])
    def test_stays_with_a_survey_by_whatever_name(self, room: Workroom, name: str) -> None:
        chosen = ProjectSettings(close_survey=str(getattr(room.nps, name)), close_channel="email")
        self.choose(room, chosen)
        define(room, rule=AskingRule(sample=0))
        assert settings(room) == replace(chosen, close_survey="nps", close_sample=0)

    def test_of_another_survey_is_the_owners(self, room: Workroom) -> None:
        chosen = ProjectSettings(close_survey="form", close_sample=10)
        self.choose(room, chosen)
        define(room, rule=AskingRule(sample=50, messages=2))
        assert settings(room) == chosen

    def test_of_a_survey_that_is_gone_is_free(self, room: Workroom) -> None:
        self.choose(room, ProjectSettings(close_survey="gone"))
        define(room, rule=AskingRule())
        assert settings(room) == ProjectSettings(close_survey="nps")

    def choose(self, room: Workroom, chosen: ProjectSettings) -> None:
        with room.connection.begin():
            update_settings(room.connection, room.shop.id, chosen)
