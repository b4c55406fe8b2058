"""Per-project integers, for wires that need one: each name counts by itself."""

from sqlalchemy import Connection, case

from tellback.core.errors import Fault, Invalid, Problem
from tellback.core.model import MAX_WIRE_NUMBER
from tellback.store.engines import Upsert, ways
from tellback.store.tables import counters

_KEY = (counters.c.project_id, counters.c.name)


class NumberLot:
    """Numbers for a batch: taken all at once when the first of them is needed."""

    def __init__(self, connection: Connection, project_id: str, name: str) -> None:
        self._taking = (connection, project_id, name)
        self._left = iter(range(0))

    def take(self, expected: int) -> int:
        """The next number; ``expected`` is how many are likely to be needed from now on."""
        number = next(self._left, None)
        if number is not None:
            return number
        first = take_numbers(*self._taking, max(1, expected))
        self._left = iter(range(first + 1, first + max(1, expected)))
        return first


def take_numbers(connection: Connection, project_id: str, name: str, count: int) -> int:
    """The first of ``count`` numbers in a row that nobody was given before; the first ever is 1.

    Raises `Invalid` where so many are not left, since somebody gave a number that is too high.
    """
    insert = _insert(connection, project_id, name, count)
    grown = counters.c.value + insert.excluded.value
    statement = insert.on_conflict_do_update(
        index_elements=_KEY,
        set_={"value": grown},
        where=counters.c.value <= MAX_WIRE_NUMBER - insert.excluded.value,
    )
    last = connection.execute(statement.returning(counters.c.value)).scalar()
    if last is None:
        rule = f"no number is free above the highest {name} number that was given"
        raise Invalid(Problem(Fault.VALUE, rule, "number"))
    return int(last) - count + 1


def keep_above(connection: Connection, project_id: str, name: str, number: int) -> None:
    """Let only numbers above one that somebody chose be taken from now on."""
    insert = _insert(connection, project_id, name, number)
    higher = case(
        (counters.c.value < insert.excluded.value, insert.excluded.value), else_=counters.c.value
    )
    connection.execute(insert.on_conflict_do_update(index_elements=_KEY, set_={"value": higher}))


def _insert(connection: Connection, project_id: str, name: str, value: int) -> Upsert:
    statement = ways(connection.dialect.name).inserting(counters)
    return statement.values(project_id=project_id, name=name, value=value)
