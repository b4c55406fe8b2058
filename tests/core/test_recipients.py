"""People to ask, read from a table."""

from zoneinfo import ZoneInfo

import pytest

from tellback.core.errors import Invalid
from tellback.core.model import Transaction
from tellback.core.properties import PropertyType
from tellback.core.recipients import MOST, Recipients, read_recipients
from tellback.core.tabular import Decoded

BERLIN = ZoneInfo("Europe/Berlin")


def people(text: str) -> Recipients:
    return read_recipients(Decoded(text, "UTF-8"), BERLIN)


def reasons(text: str) -> str:
    """What is wrong with the only line after the head."""
    found = people(text)
    assert not found.people
    return "; ".join(found.faulty[0].reasons)


def test_an_address_alone_is_enough() -> None:
    found = people("E-Mail\n ADA@example.com \n")
    assert [(one.line, one.address) for one in found.people] == [(2, "ada@example.com")]
    assert found.types == {}


def test_everything_that_can_be_said_of_a_person() -> None:
    found = people(
        "$email,Name,language,$transaction_id,transaction_date,transaction_amount,"
        "transaction_currency,S:city,N:amount,D:since,B:vip,SS:tags,NS:sizes,remark\n"
        'ada@example.com,"Ada\nLovelace",en,T-1,2026-11-01T10:00:00Z,12.50,EUR,'
        "London,129.90,2026-11-01,Yes,a | b,1|2.5,what\n"
    )
    one = found.people[0]
    assert (one.name, one.language) == ("Ada Lovelace", "en")
    assert one.transaction == Transaction("T-1", 1_793_527_200_000, 12.5, "EUR")
    assert one.properties == {
        "city": "London",
        "amount": 129.9,
        # Midnight in the project's zone.
        "since": "2026-10-31T23:00:00Z",
        "vip": True,
        "tags": ["a", "b"],
        "sizes": [1, 2.5],
    }
    assert found.types["sizes"] is PropertyType.NUMBER_SET
    assert found.ignored == ["remark"]


def test_what_is_empty_is_not_said() -> None:
    found = people("email,name,language,transaction_id,S:city,B:vip\nada@example.com\n")
    one = found.people[0]
    assert (one.name, one.language, one.transaction, one.properties) == ("", None, None, {})


def test_a_decimal_comma_where_cells_are_parted_by_semicolons() -> None:
    assert people("email;N:amount\na@example.com;12,5\n").people[0].properties == {"amount": 12.5}
    assert "amount" in reasons('email,N:amount\na@example.com,"12,5"\n')


@pytest.mark.parametrize(
    ("head", "cell", "why"),
    [
        ("B:vip", "perhaps", "vip: 'perhaps' is no yes or no"),
        ("N:amount", "many", "amount: 'many' is no number"),
        ("N:amount", "99999999999", "is no number of at most"),
        ("D:since", "soon", "since: 'soon' is no date"),
        ("D:since", "0001-01-01", "is no date"),
        ("S:city", "x" * 256, "text of at most 255"),
        ("NS:sizes", "1|x", "list of at most 20 numbers"),
        ("language", "english", "is no language"),
        ("name", "x" * 256, "more than 255"),
        ("transaction_id", "x" * 51, "1 to 50"),
        ("transaction_amount", "1", "transaction_id must have"),
        ("transaction_date", "soon", "is no date"),
        ("transaction_currency", "euro", "is no code"),
        ("transaction_amount", "x", "is no number"),
    ],
)
def test_what_is_wrong_with_a_line_is_said(head: str, cell: str, why: str) -> None:
    assert why in reasons(f"email,{head}\nada@example.com,{cell}\n")


def test_everything_that_is_wrong_is_said_at_once() -> None:
    assert reasons("email,B:vip,N:amount\nnobody,x,y\n").count(";") == 2
    assert reasons("email,B:vip\n,yes\n") == "has no address"


def test_each_line_is_in_one_place() -> None:
    found = people("email,B:vip\na@example.com\nx\nA@example.com,yes\nb@example.com,yes,more\n")
    assert [one.line for one in found.people] == [2]
    assert [one.line for one in found.faulty] == [3, 5]
    assert [(one.line, one.first) for one in found.repeated] == [(4, 2)]
    assert found.lines == 4


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "empty"),
        ("\n\n", "empty"),
        ("name,S:city\nAda,London\n", "No column is called email"),
        ("ada@example.com\ngrace@example.com\n", "No column is called email"),
        ("email,email\n", "is there twice"),
        ("email,S:city,N:city\n", "is there twice"),
        ("email,S:c\n", "property names have"),
        ("email," + ",".join(f"S:name{n}" for n in range(51)) + "\n", "more than 50"),
        ('email,"name\n', "The head cannot be read"),
    ],
)
def test_what_is_no_table_of_people_is_refused(text: str, why: str) -> None:
    with pytest.raises(Invalid, match=why):
        people(text)


def test_there_may_be_ten_thousand() -> None:
    lines = [f"p{n}@example.com" for n in range(MOST)]
    assert people("\n".join(["email", *lines])).lines == MOST
    with pytest.raises(Invalid, match="more than 10,000 lines"):
        people("\n".join(["email", *lines, "more@example.com"]))


def test_a_property_may_be_called_as_what_we_know() -> None:
    found = people("email,S:name,S:email\na@example.com,x,y\n")
    assert found.people[0].properties == {"name": "x", "email": "y"}
