"""Any survey as a file: what is written reads back the same, and changes nothing again."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from tellback.actions.apply_surveys import ApplySurvey, SurveyApplied, apply_surveys
from tellback.core.model import Survey, SurveyDefinition
from tellback.core.survey_problems import survey_problems
from tellback.store.surveys import find_by_key
from tellback.surveyfile import SurveyFile, read_survey, survey_data, survey_of, write_survey
from tests.actions.workroom import Workroom, open_workroom
from tests.any_survey import DEFINITIONS
from tests.engines import Engine

KEYS = st.from_regex(r"[a-z][a-z0-9_-]{0,20}", fullmatch=True)


@settings(deadline=None)
@given(KEYS, st.integers(1, 2**63 - 1), st.booleans(), DEFINITIONS)
def test_what_is_written_reads_back_the_same(
    key: str, number: int, live: bool, definition: SurveyDefinition
) -> None:
    assert survey_problems(key, number, definition) == []
    survey = Survey("p" * 32, "s" * 32, key, number, 3, live, None, definition)
    written = write_survey(survey)
    said = read_survey(written)
    assert said == SurveyFile(key, definition, number, live)
    assert write_survey(replace(survey, definition=said.definition)) == written
    assert survey_of(survey_data(survey)) == said


@settings(max_examples=30, deadline=None)
@given(definition=DEFINITIONS, numbered=st.booleans())
def test_the_same_file_again_changes_nothing(
    engine: Engine, definition: SurveyDefinition, numbered: bool
) -> None:
    if not numbered:
        questions = tuple(replace(q, number=None) for q in definition.questions)
        definition = replace(definition, questions=questions)
    written = write_survey(Survey("", "", "any", 5, 1, True, None, definition))
    with open_workroom(engine) as room:
        assert apply(room, written) == (1, True)
        assert apply(room, written) == (1, False)
        with room.connection.begin():
            stored = find_by_key(room.connection, room.shop.id, "any")
        assert stored is not None
        assert all(question.number for question in stored.definition.questions)
        assert apply(room, write_survey(stored)) == (1, False)


def apply(room: Workroom, source: str) -> tuple[int, bool]:
    said = read_survey(source)
    job = ApplySurvey(room.shop, said.key, said.live, said.definition, said.number)
    applied = room.run(apply_surveys, job)
    assert isinstance(applied, SurveyApplied), applied
    return applied.version, applied.changed
