"""NUL is replaced where it cannot be stored; not in a key, by which others refer to a row."""

from typing import Any

import pytest
from sqlalchemy import Table

from tellback.store.nuls import NulInKey, Replacements, without_nul
from tellback.store.tables import contact_identities, contacts


def _row(table: Table, **values: Any) -> tuple[Any, ...]:
    return tuple(values.get(column.name) for column in table.c)


def test_a_nul_is_replaced_and_noted_with_its_place() -> None:
    bad = _row(contacts, project_id="p", id="1", name="A\0da", created_at=1)
    good = _row(contacts, project_id="p", id="2", name="Alan", created_at=2)
    noted = Replacements()
    assert without_nul(contacts, [good, bad], noted) == [
        good,
        _row(contacts, project_id="p", id="1", name="A\ufffdda", created_at=1),
    ]
    assert noted.count == 1
    assert noted.places == ["contacts (project_id='p', id='1'): name"]


def test_a_nul_is_found_in_json_wherever_it_stands() -> None:
    noted = Replacements()
    row = _row(contacts, id="1", properties='{"a\\u0000":["b\\u0000",{"c":"\\u0000"}],"d":1.50}')
    [replaced] = without_nul(contacts, [row], noted)
    assert dict(zip(contacts.c.keys(), replaced, strict=True))["properties"] == (
        '{"a\ufffd":["b\ufffd",{"c":"\ufffd"}],"d":1.5}'
    )
    assert noted.count == 1


def test_what_only_looks_like_a_nul_is_left_alone() -> None:
    noted = Replacements()
    rows = [_row(contacts, id="1", name="\\u0000", properties='{ "a": "\\\\u0000" }')]
    assert without_nul(contacts, rows, noted) == rows
    assert noted.count == 0


def test_a_nul_in_a_key_is_refused() -> None:
    row = _row(contact_identities, project_id="p", kind="email", value="a\0@example.org")
    with pytest.raises(NulInKey, match=r"contact_identities .*value='a\\x00@example.org'"):
        without_nul(contact_identities, [row], Replacements())


def test_only_the_first_places_are_told() -> None:
    noted = Replacements()
    rows = [_row(contacts, id=f"{number}", name="\0") for number in range(100)]
    without_nul(contacts, rows, noted)
    assert noted.count == 100
    assert len(noted.places) == 20
