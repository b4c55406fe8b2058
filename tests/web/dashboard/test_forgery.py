"""Tokens of forms. That every form needs one is tested with the door."""

from tellback.web.dashboard.forgery import form_token


def test_a_token_belongs_to_one_secret_and_does_not_tell_it() -> None:
    assert form_token("a secret") == form_token("a secret")
    assert form_token("a secret") != form_token("another")
    assert "a secret" not in form_token("a secret")
    assert len(form_token("")) == 43
