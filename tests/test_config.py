"""Settings: read once, and wrong ones stop the start with their name."""

from pathlib import Path

import pytest

from tellback.config import BadSetting, Config, load_config


def test_silence_means_defaults() -> None:
    assert load_config({}) == Config()


def test_the_environment_is_read_with_types() -> None:
    config = load_config(
        {"TELLBACK_PORT": "9000", "TELLBACK_MAIL_PER_SECOND": "2.5", "TELLBACK_DATA": "/srv/x"}
    )
    assert (config.port, config.mail_per_second, config.data) == (9000, 2.5, Path("/srv/x"))


def test_options_win_over_the_environment_and_that_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / "tellback.toml"
    file.write_text('port = 1\nhost = "0.0.0.0"\nlog_level = "debug"\n')
    environment = {
        "TELLBACK_CONFIG": str(file),
        "TELLBACK_PORT": "2",
        "TELLBACK_LOG_LEVEL": "error",
    }
    config = load_config(environment, {"port": 3, "host": None})
    assert (config.port, config.host, config.log_level) == (3, "0.0.0.0", "error")


@pytest.mark.parametrize(
    ("environment", "word"),
    [
        ({"TELLBACK_PROT": "1"}, "TELLBACK_PROT: unknown setting"),
        ({"TELLBACK_PORT": "x"}, "TELLBACK_PORT: must be a whole number"),
        ({"TELLBACK_PORT": "70000"}, "TELLBACK_PORT: must be from 0 to 65535"),
        ({"TELLBACK_TRUSTED_PROXIES": "*"}, "TELLBACK_TRUSTED_PROXIES: must be addresses"),
        ({"TELLBACK_MAIL_PER_SECOND": "fast"}, "TELLBACK_MAIL_PER_SECOND: must be a number"),
        ({"TELLBACK_LOG_LEVEL": "loud"}, "TELLBACK_LOG_LEVEL: must be debug"),
        ({"TELLBACK_SMTP_URL": "http://x"}, "TELLBACK_SMTP_URL: must be a URL with smtp"),
        ({"TELLBACK_PUBLIC_URL": "example.com"}, "TELLBACK_PUBLIC_URL: must be a URL with http"),
        ({"TELLBACK_REPLICA_URL": "postgresql://h/d"}, "TELLBACK_REPLICA_URL: needs TELLBACK_DATA"),
        ({"TELLBACK_REPLICA_URL": "http://h"}, "TELLBACK_REPLICA_URL: must be a URL with postgres"),
        ({"TELLBACK_DATABASE_URL": "postgresql:/d"}, "TELLBACK_DATABASE_URL: must be a URL with"),
        ({"TELLBACK_CONFIG": "/nowhere.toml"}, "TELLBACK_CONFIG: cannot read"),
    ],
)
def test_a_wrong_setting_stops_the_start(environment: dict[str, str], word: str) -> None:
    with pytest.raises(BadSetting, match=word):
        load_config(environment)


def test_an_unknown_key_of_the_file_stops_the_start(tmp_path: Path) -> None:
    file = tmp_path / "tellback.toml"
    file.write_text("prot = 1\n")
    with pytest.raises(BadSetting, match="unknown setting prot"):
        load_config({"TELLBACK_CONFIG": str(file)})


def test_other_peoples_variables_and_the_tests_own_are_left_alone() -> None:
    assert load_config({"PATH": "/bin", "TELLBACK_TEST_CHROMIUM": "/x"}) == Config()
