"""Give every question of a survey its per-project integer."""

from collections.abc import Mapping

from tellback.core.model import SurveyDefinition
from tellback.core.numbering import numbers_of, with_numbers, without_number
from tellback.store.counters import keep_above, take_numbers
from tellback.store.database import Transaction

QUESTIONS = "question"


def number_questions(
    tx: Transaction,
    project_id: str,
    definition: SurveyDefinition,
    before: Mapping[str, int] | None = None,
) -> SurveyDefinition:
    """The definition with its numbers: those that it gives, those of ``before``, or free ones.

    ``before`` are the numbers of the questions' earlier version, by the questions' ids.
    """
    chosen = numbers_of(definition)
    if chosen:
        keep_above(tx.connection, project_id, QUESTIONS, max(chosen.values()))
    numbered = with_numbers(definition, before or {})
    missing = without_number(numbered)
    if not missing:
        return numbered
    first = take_numbers(tx.connection, project_id, QUESTIONS, len(missing))
    return with_numbers(numbered, {id_: first + place for place, id_ in enumerate(missing)})
