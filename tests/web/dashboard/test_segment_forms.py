"""The language of segments in a form."""

from tellback.core.properties import PropertyType
from tellback.core.segment import parse
from tellback.web.dashboard.segment_forms import read_field

KNOWN = {
    "plan": PropertyType.STRING,
    "age": PropertyType.NUMBER,
    'a"b': PropertyType.STRING,
    "tags": PropertyType.STRING_SET,
    "since": PropertyType.DATE,
    "member": PropertyType.BOOLEAN,
}
DECLARED = {"age": PropertyType.NUMBER}


def test_nothing_written_is_no_mistake() -> None:
    field = read_field("", DECLARED, KNOWN)
    assert (field.segment, field.mistake, field.unseen) == (None, None, [])


def test_every_beginning_can_be_read() -> None:
    beginnings = read_field("", DECLARED, KNOWN).beginnings
    assert len(beginnings) == len(KNOWN) - 1
    for one in beginnings:
        parse(one)
        field = read_field(one, DECLARED, KNOWN)
        assert (field.mistake, field.unseen) == (None, [])


def test_the_place_of_a_mistake() -> None:
    mistake = read_field('property["plan"] == gold', DECLARED, KNOWN).mistake
    assert mistake is not None
    assert (mistake.before, mistake.behind) == ('property["plan"] == ', "gold")
    assert "expected" in mistake.message
    assert "offset" not in mistake.message
    end = read_field('property["plan"] ==', DECLARED, KNOWN).mistake
    assert end is not None
    assert end.behind == ""


def test_a_declared_type_is_held_to() -> None:
    mistake = read_field('property["age"] contain "x"', DECLARED, KNOWN).mistake
    assert mistake is not None
    assert mistake.behind == 'contain "x"'


def test_names_that_nobody_has_are_told_of() -> None:
    field = read_field('property["plann"] == "x" or property["age"] > 1', DECLARED, KNOWN)
    assert (field.mistake, field.unseen) == (None, ["plann"])
    assert field.segment is not None
