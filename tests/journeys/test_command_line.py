"""The command line, run as its own process on a data directory."""

import json
import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

TELLBACK = str(Path(sys.executable).parent / "tellback")
EVERY_TYPE = Path(__file__).parents[1] / "fixtures" / "every_type.yaml"
PASSWORD = "correct horse battery\n"


def run(data: Path, *words: str, given: str = "") -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("TELLBACK_")}
    return subprocess.run(
        [TELLBACK, *words, "--data", str(data)],
        input=given,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env=environment,
    )


def read(data: Path, *words: str, given: str = "") -> Any:
    done = run(data, *words, "--json", given=given)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cli") / "data"


@pytest.fixture(scope="module")
def shop(data: Path) -> Any:
    return read(data, "project", "create", "Shop")


def test_a_new_project_comes_with_every_key(shop: Any) -> None:
    assert shop["slug"] == "shop"
    assert shop["credentials"]["boolean"]["api_key"].startswith("sk_")
    satismeter = shop["credentials"]["satismeter"]
    assert {"write_key", "read_key", "project", "campaign", "questions"} <= satismeter.keys()
    assert {"id", "type", "name"} <= satismeter["questions"][0].keys()


def test_projects_are_listed_without_secrets(data: Path, shop: Any) -> None:
    listed = run(data, "project", "list", "--json").stdout
    assert shop["id"] in listed
    assert shop["credentials"]["boolean"]["api_key"] not in listed


def test_the_same_name_twice_is_refused_in_one_line(data: Path, shop: Any) -> None:
    done = run(data, "project", "create", "Shop")
    assert done.returncode == 2
    assert done.stderr == "tellback: There is a project 'shop' already.\n"


def test_settings_are_set_and_checked(data: Path, shop: Any) -> None:
    assert run(data, "project", "set", "throttle_per_day", "none").stdout == (
        "throttle_per_day = none\n"
    )
    assert read(data, "project", "list")[0]["settings"]["throttle_per_day"] is None
    wrong = run(data, "project", "set", "time_zone", "Mars/Base")
    assert wrong.returncode == 2
    assert "IANA time zone" in wrong.stderr
    unknown = run(data, "project", "set", "colour", "red")
    assert "no such setting" in unknown.stderr


def test_surveys_go_out_and_in_as_files(data: Path, shop: Any, tmp_path: Path) -> None:
    shown = run(data, "survey", "show", "boolean").stdout
    file = tmp_path / "survey.yaml"
    file.write_text(shown)
    assert read(data, "survey", "apply", str(file))["changed"] is False
    file.write_text(shown.replace("name:", "name: Changed #", 1))
    assert read(data, "survey", "apply", str(file)) == {
        "key": "boolean",
        "version": 2,
        "changed": True,
    }
    assert {s["key"] for s in read(data, "survey", "list")} >= {"boolean", "satismeter"}
    assert run(data, "survey", "show", "boolean", "--version", "1").stdout == shown
    assert run(data, "survey", "show", "boolean", "--version", "9").returncode == 2


def test_a_survey_of_every_type_is_printed_with_its_numbers(data: Path, shop: Any) -> None:
    assert run(data, "survey", "apply", str(EVERY_TYPE)).stdout == "visit v1: stored\n"
    assert run(data, "survey", "apply", str(EVERY_TYPE)).stdout == "visit v1: unchanged\n"
    shown = run(data, "survey", "show", "361346").stdout
    numbered = [line for line in shown.splitlines() if not line.startswith("  number: ")]
    given = EVERY_TYPE.read_text("utf-8").splitlines()
    assert numbered == [line for line in given if not line.startswith("  number: ")]
    assert "  number: 4991310\n" in shown
    assert "  number: 4991324\n" in shown


def test_people_are_made_once_with_a_password(data: Path, shop: Any) -> None:
    made = read(data, "user", "create", "alice@example.com", "--password-stdin", given=PASSWORD)
    assert made["role"] == "owner"
    again = run(data, "user", "create", "alice@example.com", "--password-stdin", given=PASSWORD)
    assert again.returncode == 2
    short = run(data, "user", "create", "bob@example.com", "--password-stdin", given="short\n")
    assert short.returncode == 2


def test_an_empty_outbox_says_so(data: Path, shop: Any) -> None:
    assert run(data, "outbox", "list").stdout == "The outbox is empty.\n"
    assert run(data, "outbox", "show", "nothing").returncode == 2


def test_a_clean_database_verifies(data: Path, shop: Any) -> None:
    assert read(data, "verify")["findings"] == []


def test_somebody_never_asked_is_explained(data: Path, shop: Any) -> None:
    assert read(data, "explain", "nobody@example.com")["invitations"] == []


def test_every_command_explains_itself(data: Path) -> None:
    for words in (["--help"], ["serve", "--help"], ["project", "create", "--help"]):
        done = subprocess.run([TELLBACK, *words], capture_output=True, text=True, check=False)
        assert done.returncode == 0
        assert "Usage" in done.stdout


def test_an_unknown_setting_stops_every_command(data: Path) -> None:
    environment = {**os.environ, "TELLBACK_PROT": "1"}
    done = subprocess.run(
        [TELLBACK, "serve", "--data", str(data)],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )
    assert done.returncode == 2
    assert "TELLBACK_PROT: unknown setting" in done.stderr


def test_only_a_new_project_makes_a_database(tmp_path: Path) -> None:
    missing = tmp_path / "typo"
    for words in (
        ["project", "list"],
        ["project", "set", "language", "de"],
        ["user", "password", "alice@example.com", "--password-stdin"],
        ["project", "keys", "list"],
        ["rejected", "list"],
        ["survey", "list"],
        ["outbox", "list"],
        ["outbox", "show", "nothing"],
        ["explain", "alice@example.com"],
        ["verify"],
    ):
        done = run(missing, *words, given=PASSWORD)
        assert done.stderr == f"tellback: There is no Tellback database in {missing}.\n", words
        assert (done.returncode, done.stdout) == (2, "")
    assert not missing.exists()


def test_what_is_made_is_private(tmp_path: Path) -> None:
    data = tmp_path / "data"
    assert run(data, "project", "create", "Shop").returncode == 0
    made = [data, *data.rglob("*")]
    assert data / "tellback.db" in made
    assert [path for path in made if path.stat().st_mode & 0o077] == []


def fails_in_one_line(done: subprocess.CompletedProcess[str], *said: str) -> None:
    assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
    assert done.stderr.startswith("tellback: ")
    assert [words for words in said if words not in done.stderr] == []


@pytest.mark.parametrize("command", [["serve", "--port", "0"], ["project", "create", "Shop"]])
def test_a_data_directory_that_is_none(tmp_path: Path, command: list[str]) -> None:
    file = tmp_path / "file"
    file.write_text("")
    fails_in_one_line(run(file, *command), str(file))
    fails_in_one_line(run(file / "x", *command), str(file))


@pytest.mark.parametrize("command", [["serve", "--port", "0"], ["verify"]])
def test_a_database_that_is_none(tmp_path: Path, command: list[str]) -> None:
    (tmp_path / "tellback.db").write_bytes(b"no database at all" * 500)
    fails_in_one_line(run(tmp_path, *command), "not a database")
    (tmp_path / "tellback.db").unlink()
    (tmp_path / "tellback.db").mkdir()
    fails_in_one_line(run(tmp_path, *command), "unable to open")


def test_a_damaged_database(tmp_path: Path) -> None:
    assert run(tmp_path, "project", "create", "Shop").returncode == 0
    file = tmp_path / "tellback.db"
    whole = file.read_bytes()
    # The first page stays, so that it opens; what the tables hold does not.
    file.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))
    fails_in_one_line(run(tmp_path, "verify"), "malformed")


def test_a_survey_file_that_is_no_text(data: Path, shop: Any, tmp_path: Path) -> None:
    file = tmp_path / "survey.yaml"
    file.write_bytes("key: caf\xe9".encode("latin-1"))
    fails_in_one_line(run(data, "survey", "apply", str(file)), "is not text in UTF-8")
    file.write_text("key: [")
    fails_in_one_line(run(data, "survey", "apply", str(file)), "is not YAML")
    file.write_text("[" * 5000)
    fails_in_one_line(run(data, "survey", "apply", str(file)), "file: ")


def test_the_version_is_said() -> None:
    done = subprocess.run([TELLBACK, "--version"], capture_output=True, text=True, check=False)
    assert done.stdout == f"tellback {version('tellback')}\n"


def test_keys_and_refused_input_in_words(data: Path, shop: Any) -> None:
    kept = shop["credentials"]["boolean"]["api_key"]
    listed = run(data, "project", "keys", "list").stdout
    assert kept[-4:] in listed
    assert kept not in listed
    fails_in_one_line(run(data, "project", "keys", "add", "boolean", "token"), "there are: api_key")
    given = ("project", "keys", "add", "boolean", "api_key", "--secret-stdin")
    fails_in_one_line(run(data, *given, given="short\n"), "must have 16 to 512 characters")
    fails_in_one_line(run(data, *given, given=f"{kept}\n"), "has that key already")
    fails_in_one_line(run(data, "project", "keys", "revoke", "nope"), "has no key 'nope'")
    assert run(data, "rejected", "list").stdout == "Nothing was refused, or nothing like that.\n"
    fails_in_one_line(run(data, "rejected", "replay"), "Say what to replay")
    fails_in_one_line(run(data, "rejected", "show", "nope"), "no refused input 'nope'")
    fails_in_one_line(run(data, "rejected", "list", "--since", "then"), "--since", "12h")


def test_small_words(data: Path, shop: Any) -> None:
    assert run(data, "project", "set", "allow_force", "true").stdout == "allow_force = true\n"
    assert run(data, "verify").stdout.startswith("1 project, 0 responses\n")
    assert run(data, "explain", "foo").stdout.startswith("foo is not known to Shop.\n")


def test_bounces_are_posted_to_a_path(data: Path, shop: Any) -> None:
    done = run(data, "project", "bounces")
    assert done.stdout.startswith("/-/")
    assert "TELLBACK_PUBLIC_URL" in done.stderr
    told = read(data, "project", "bounces")
    assert told == {"project": "shop", "path": done.stdout.strip(), "url": None}
