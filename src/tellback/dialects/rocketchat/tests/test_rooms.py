"""The ids of new rooms."""

from string import hexdigits

from tellback.dialects.rocketchat.rooms import random_id


def test_an_id_is_as_the_vendors_and_each_its_own() -> None:
    ids = {random_id(f"{number:032x}") for number in range(2_000)}
    assert len(ids) == 2_000
    assert {len(one) for one in ids} == {17}
    used = {character for one in ids for character in one}
    assert len(used) == 55
    assert not used & set("0O1lIUV")
    assert used - set(hexdigits)
    assert random_id("a") == random_id("a")
