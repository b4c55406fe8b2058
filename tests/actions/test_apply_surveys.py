"""Surveys brought to what a file says: versions, numbers, and what is refused."""

from dataclasses import replace
from typing import Any

from tellback.actions.apply_surveys import ApplySurvey, SurveyApplied, apply_surveys
from tellback.actions.create_project import CreateProject, create_projects
from tellback.core.errors import Invalid
from tellback.core.model import (
    MAX_WIRE_NUMBER,
    Project,
    Question,
    QuestionType,
    Survey,
    SurveyDefinition,
    SurveyType,
)
from tellback.core.settings import ProjectSettings
from tellback.store.surveys import find_by_key, find_survey, find_version
from tellback.store.tables import survey_versions
from tests.actions.workroom import NPS, WIRE, Workroom


def asked(*ids: str, **numbers: int) -> SurveyDefinition:
    """A survey of short texts, with the numbers that are given."""
    texts = (
        Question(id_, QuestionType.SHORT_TEXT, {"en": f"{id_}?"}, number=numbers.get(id_))
        for id_ in (*ids, *(name for name in numbers if name not in ids))
    )
    return SurveyDefinition("Asked", SurveyType.FORM, tuple(texts))


def apply(
    room: Workroom,
    definition: SurveyDefinition,
    key: str = "asked",
    *,
    project: Project | None = None,
    live: bool = True,
    number: int | None = None,
) -> Any:
    job = ApplySurvey(project or room.shop, key, live, definition, number)
    return room.run(apply_surveys, job)


def stored(room: Workroom, key: str = "asked", project: Project | None = None) -> Survey:
    with room.connection.begin():
        survey = find_by_key(room.connection, (project or room.shop).id, key)
    assert survey is not None
    return survey


def numbers(room: Workroom, key: str = "asked") -> dict[str, int | None]:
    return {question.id: question.number for question in stored(room, key).definition.questions}


def refusal(outcome: Any) -> str:
    assert isinstance(outcome, Invalid)
    return outcome.message


class TestVersions:
    def test_the_same_again_changes_nothing(self, room: Workroom) -> None:
        assert apply(room, asked("a")) == SurveyApplied(stored(room).id, 1, True)
        with room.nothing_written():
            assert apply(room, asked("a")) == SurveyApplied(stored(room).id, 1, False)

    def test_what_was_printed_with_its_numbers_changes_nothing(self, room: Workroom) -> None:
        apply(room, asked("a", "b"))
        printed = stored(room)
        with room.nothing_written():
            assert not apply(room, printed.definition, number=printed.number).changed

    def test_another_text_is_another_version_and_the_first_stays(self, room: Workroom) -> None:
        apply(room, asked("a"))
        first = stored(room)
        assert apply(room, replace(asked("a"), name="Renamed")).version == 2
        with room.connection.begin():
            kept = find_version(room.connection, first.project_id, first.id, 1)
        assert kept == first.definition
        assert stored(room).definition.name == "Renamed"

    def test_pausing_and_numbering_are_no_version(self, room: Workroom) -> None:
        apply(room, asked("a"))
        assert apply(room, asked("a"), live=False) == SurveyApplied(stored(room).id, 1, True)
        assert apply(room, asked("a"), live=False, number=777).changed
        paused = stored(room)
        assert (paused.version, paused.live, paused.number) == (1, False, 777)
        assert len(room.rows(survey_versions, survey_id=paused.id)) == 1


class TestNumbers:
    def test_questions_are_numbered_through_a_project(self, room: Workroom) -> None:
        apply(room, asked("a", "b"))
        apply(room, asked("c"), "more")
        apply(room, asked("a"), project=room.other)
        assert numbers(room) == {"a": 1, "b": 2}
        assert numbers(room, "more") == {"c": 3}
        assert stored(room, project=room.other).definition.questions[0].number == 1

    def test_a_question_keeps_its_number_as_long_as_its_id(self, room: Workroom) -> None:
        apply(room, asked("a", "b"))
        apply(room, asked("new", "b"))
        assert numbers(room) == {"new": 3, "b": 2}

    def test_a_given_number_is_taken_and_kept_clear_of(self, room: Workroom) -> None:
        apply(room, asked("a", b=4_991_310))
        assert numbers(room) == {"a": 4_991_311, "b": 4_991_310}

    def test_an_id_that_is_a_number_is_the_questions(self, room: Workroom) -> None:
        apply(room, asked("4991310", "a"))
        assert numbers(room) == {"4991310": 4_991_310, "a": 4_991_311}

    def test_surveys_may_share_a_question_number(self, room: Workroom) -> None:
        apply(room, asked(mail=5))
        apply(room, asked(mail=5), "exit")
        assert numbers(room) == numbers(room, "exit") == {"mail": 5}

    def test_a_number_may_be_changed(self, room: Workroom) -> None:
        apply(room, asked("a"))
        assert apply(room, asked(a=9)).version == 2
        assert numbers(room) == {"a": 9}

    def test_one_that_another_question_has_kept_is_refused(self, room: Workroom) -> None:
        apply(room, asked("a"))
        with room.nothing_written():
            assert "number 1 is that of question 'new' too" in refusal(
                apply(room, asked(new=1, a=1))
            )
            assert "is that of question" in refusal(apply(room, asked("a", new=1)))

    def test_where_none_is_left_one_must_be_given(self, room: Workroom) -> None:
        apply(room, asked(a=MAX_WIRE_NUMBER), number=MAX_WIRE_NUMBER)
        survey = stored(room)
        assert (survey.number, numbers(room)) == (MAX_WIRE_NUMBER, {"a": MAX_WIRE_NUMBER})
        with room.nothing_written():
            assert "no number is free" in refusal(apply(room, asked("a", "b")))
            assert "must be given" in refusal(apply(room, asked("b"), "more"))
        assert apply(room, asked(b=1), "more", number=12).changed

    def test_a_survey_is_found_by_its_number(self, room: Workroom) -> None:
        apply(room, asked("a"), number=MAX_WIRE_NUMBER)
        with room.connection.begin():
            found = find_survey(room.connection, room.shop.id, str(MAX_WIRE_NUMBER), WIRE)
            beyond = find_survey(room.connection, room.shop.id, "9" * 19, WIRE)
        assert (found, beyond) == (stored(room), None)

    def test_a_survey_keeps_its_number_and_the_next_is_free(self, room: Workroom) -> None:
        apply(room, asked("a"), number=361_346)
        apply(room, asked("a", "b"))
        apply(room, asked("a"), "more")
        assert stored(room).number == 361_346
        assert stored(room, "more").number == 361_347

    def test_the_number_of_another_survey_is_refused(self, room: Workroom) -> None:
        apply(room, asked("a"), number=5)
        with room.nothing_written():
            said = refusal(apply(room, asked("a"), "more", number=5))
        assert said == "number: another survey of the project has the number 5"
        assert apply(room, asked("a"), project=room.other, number=5).changed

    def test_ready_surveys_are_numbered(self, room: Workroom) -> None:
        ready = [("one", NPS), ("two", NPS)]
        made = room.run(create_projects, CreateProject("New", ProjectSettings(), [], ready))
        found = {
            name: (survey.number, [q.number for q in survey.definition.questions])
            for name, survey in made.surveys.items()
        }
        assert found == {"one": (1, [1, 2]), "two": (2, [3, 4])}
        with room.nothing_written():
            assert not apply(room, NPS, "two", project=made.project).changed


def test_a_contradiction_is_refused_and_nothing_stored(room: Workroom) -> None:
    with room.nothing_written():
        assert "needs a text" in refusal(
            apply(
                room,
                SurveyDefinition("Mute", SurveyType.FORM, (Question("q", QuestionType.DATE, {}),)),
            )
        )
