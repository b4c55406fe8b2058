"""A project's vocabulary: each word that there are cells of, once.

It changes with the cells, in the same transaction, so that a word is there if and only if it has
cells. That holds because no two transactions write to one project at the same time.
"""

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import Connection, Select, delete, except_, exists, func, insert, literal, select

from tellback.core.rollup import Source
from tellback.core.words import Part
from tellback.store.rows import among, insert_new_rows
from tellback.store.tables import rollup_cells, rollup_words

_word, _cell = rollup_words.c, rollup_cells.c
#: The key of a word's cells, but for the project, the word and the day.
OF_WORDS = (
    _cell.source == Source.WORDS.value,
    _cell.property == literal(""),
    _cell.survey_id == literal(""),
)


def find_words(connection: Connection, project_id: str, part: Part, most: int) -> Sequence[str]:
    """Up to so many of the words that a part may stand in."""
    if part.whole:
        return [part.text]
    pattern = _word.word.contains(part.text, autoescape=True)
    if not part.open_start:
        pattern = _word.word.startswith(part.text, autoescape=True)
    if not part.open_end:
        pattern = _word.word.endswith(part.text, autoescape=True)
    statement = select(_word.word).where(_word.project_id == project_id, pattern).limit(most)
    return connection.execute(statement).scalars().all()


def learn_words(connection: Connection, project_id: str, words: Iterable[str]) -> None:
    """Note words of which cells were stored; in order, so that they lie together."""
    rows = [(project_id, word) for word in sorted(words)]
    insert_new_rows(connection, rollup_words, ("project_id", "word"), rows)


def forget_words(connection: Connection, project_id: str, words: Collection[str]) -> None:
    """Forget those of the words that have no cells any more."""
    if not words:
        return
    cells = exists().where(_cell.project_id == project_id, *OF_WORDS, _cell.value == _word.word)
    mine = (_word.project_id == project_id, among(_word.word, words))
    connection.execute(delete(rollup_words).where(*mine, ~cells))


def relearn_words(connection: Connection, project_id: str) -> None:
    """Make the whole vocabulary anew from the cells."""
    connection.execute(delete(rollup_words).where(_word.project_id == project_id))
    named = _cells(project_id).add_columns(_cell.project_id).distinct()
    connection.execute(insert(rollup_words).from_select(("word", "project_id"), named))


def count_strays(connection: Connection, project_id: str) -> int:
    """How many words have no cells, or have cells and are not known."""
    known = select(_word.word).where(_word.project_id == project_id)
    meant = _cells(project_id)
    return _left(connection, known, meant) + _left(connection, meant, known)


def _cells(project_id: str) -> Select[tuple[str]]:
    return select(_cell.value).where(_cell.project_id == project_id, *OF_WORDS)


def _left(connection: Connection, these: Select[tuple[str]], those: Select[tuple[str]]) -> int:
    left = except_(these, those).subquery()
    return connection.execute(select(func.count()).select_from(left)).scalar_one()
