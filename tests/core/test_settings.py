"""What a project's owner may set."""

import pytest

from tellback.core.errors import Invalid
from tellback.core.settings import ProjectSettings, Switch, set_value


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("from_address", "foo"),
        ("from_address", "Shop <shop@example.com>"),
        ("from_address", "shop@example.com\r\nBcc: x@example.com"),
        ("reply_to", "foo@"),
        ("reply_to", f"{'a' * 250}@example.com"),
        ("language", ""),
        ("language", "German please"),
        ("language", "d"),
        ("calls_per_hour", "0"),
        ("calls_per_hour", "none"),
        ("brand", "a\nb"),
    ],
)
def test_what_would_stop_the_work_is_refused(name: str, text: str) -> None:
    with pytest.raises(Invalid) as caught:
        set_value(ProjectSettings(), name, text)
    assert caught.value.problems[0].field == name


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("from_address", "shop@example.com", "shop@example.com"),
        ("from_address", "", ""),
        ("reply_to", f"{'a' * 200}@example.com", f"{'a' * 200}@example.com"),
        ("language", "pt-BR", "pt-BR"),
        ("language", "zh-Hant-TW", "zh-Hant-TW"),
        ("calls_per_hour", "1", 1),
        ("quota_per_day", "0", 0),
    ],
)
def test_what_is_allowed(name: str, text: str, value: object) -> None:
    assert getattr(set_value(ProjectSettings(), name, text), name) == value


def test_a_switch_takes_its_choices_and_a_free_one_any_text() -> None:
    switches = {
        "wire.mode": Switch("mode", ("old", "new"), "which"),
        "wire.names": Switch("names", ("none",), "whose", free=True),
    }
    with pytest.raises(Invalid):
        set_value(ProjectSettings(), "wire.mode", "other", switches)
    changed = set_value(ProjectSettings(), "wire.names", " ann, bob ", switches)
    assert set_value(changed, "wire.mode", "new", switches).switches == {
        "wire.names": "ann, bob",
        "wire.mode": "new",
    }
