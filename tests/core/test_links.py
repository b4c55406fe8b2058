"""Links that prove themselves: what we signed is found, anything else is nobody's."""

import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tellback.core.links import Purpose, link, peek_project, sign, verify

PROJECT, INVITATION = "0199" * 8, "01aa" * 8
SECRET = bytes(range(32))

ids = st.binary(min_size=16, max_size=16).map(bytes.hex)
keys = st.binary(min_size=1, max_size=64)
purposes = st.sampled_from(Purpose)


@given(keys, purposes, ids, ids)
def test_a_token_leads_to_its_invitation(
    secret: bytes, purpose: Purpose, project_id: str, invitation_id: str
) -> None:
    token = sign(secret, purpose, project_id, invitation_id)
    assert peek_project(token) == project_id
    assert verify(secret, purpose, token) == invitation_id


@given(purposes, purposes)
def test_a_token_serves_one_purpose(made_for: Purpose, used_for: Purpose) -> None:
    token = sign(SECRET, made_for, PROJECT, INVITATION)
    expected = INVITATION if made_for is used_for else None
    assert verify(SECRET, used_for, token) == expected


@given(keys, keys)
def test_another_projects_secret_proves_nothing(one: bytes, another: bytes) -> None:
    token = sign(one, Purpose.ANSWER, PROJECT, INVITATION)
    # HMAC itself takes a key and the same key with zero bytes after it for one.
    same = one.rstrip(b"\0") == another.rstrip(b"\0")
    assert (verify(another, Purpose.ANSWER, token) == INVITATION) is same


@given(st.data())
def test_no_changed_token_is_ours(data: st.DataObject) -> None:
    token = sign(SECRET, Purpose.ANSWER, PROJECT, INVITATION)
    place = data.draw(st.integers(0, len(token) - 1))
    letter = data.draw(st.characters().filter(lambda c: c != token[place]))
    assert verify(SECRET, Purpose.ANSWER, token[:place] + letter + token[place + 1 :]) is None


def test_no_letter_of_a_token_has_a_twin() -> None:
    """The last letter has spare bits, which a lax decoder would ignore."""
    token = sign(SECRET, Purpose.ANSWER, PROJECT, INVITATION)
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/="
    twins = [letter for letter in alphabet if verify(SECRET, Purpose.ANSWER, token[:-1] + letter)]
    assert twins == [token[-1]]


@given(st.text(max_size=100))
def test_what_is_no_token_is_refused(text: str) -> None:
    assert verify(SECRET, Purpose.ANSWER, text) is None
    assert peek_project(text) is None


@pytest.mark.parametrize("change", ["{}=", "{}\n", " {}", "{}A"])
def test_there_is_one_spelling(change: str) -> None:
    token = sign(SECRET, Purpose.ANSWER, PROJECT, INVITATION)
    assert verify(SECRET, Purpose.ANSWER, change.format(token)) is None


def test_a_forged_project_is_only_peeked_at() -> None:
    token = sign(secrets.token_bytes(32), Purpose.OPEN, PROJECT, INVITATION)
    assert peek_project(token) == PROJECT
    assert verify(SECRET, Purpose.OPEN, token) is None


@pytest.mark.parametrize(
    ("purpose", "path"),
    [
        (Purpose.ANSWER, "/-/r/{}"),
        (Purpose.UNSUBSCRIBE, "/-/u/{}"),
        (Purpose.OPEN, "/-/o/{}.gif"),
        (Purpose.TRAP, "/-/t/{}"),
    ],
)
def test_links_have_their_shape(purpose: Purpose, path: str) -> None:
    token = sign(SECRET, purpose, PROJECT, INVITATION)
    found = link("https://ask.example", SECRET, purpose, PROJECT, INVITATION)
    assert found == "https://ask.example" + path.format(token)
    assert len(token) == 70
