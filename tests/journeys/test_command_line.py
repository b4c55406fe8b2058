"""The command line, run as its own process on a data directory."""

import json
import subprocess
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from time import time
from typing import Any

import pytest

from tellback.app import database_url
from tellback.config import Config
from tellback.core.commands import RecordRejection
from tellback.store.engine import open_engine
from tellback.store.rejected_inputs import insert_rejections
from tests.core.test_logo import png
from tests.engines import Engine
from tests.journeys.running import TELLBACK, environment

EVERY_TYPE = Path(__file__).parents[1] / "fixtures" / "every_type.yaml"
PASSWORD = "correct horse battery\n"


def run(config: Config, *words: str, given: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [TELLBACK, *words, "--data", str(config.data)],
        input=given,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env=environment(config, DATA="/nowhere"),
    )


def read(config: Config, *words: str, given: str = "") -> Any:
    done = run(config, *words, "--json", given=given)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def config(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Config]:
    with engine.config(tmp_path_factory.mktemp("cli") / "data") as config:
        yield config


@pytest.fixture(scope="module")
def shop(config: Config) -> Any:
    return read(config, "project", "create", "Shop")


def test_a_new_project_comes_with_every_key(shop: Any) -> None:
    assert shop["slug"] == "shop"
    assert shop["credentials"]["boolean"]["api_key"].startswith("sk_")
    satismeter = shop["credentials"]["satismeter"]
    assert {"write_key", "read_key", "project", "campaign", "questions"} <= satismeter.keys()
    assert {"id", "type", "name"} <= satismeter["questions"][0].keys()


def test_a_new_project_says_what_to_put_into_pages(engine: Engine, tmp_path: Path) -> None:
    with engine.config(tmp_path / "data") as config:
        done = run(config, "project", "create", "Pages")
    assert '<script async src="https://YOUR_SERVER/-/widget.js" data-key="tb_widget_' in done.stdout


def test_projects_are_listed_without_secrets(config: Config, shop: Any) -> None:
    listed = run(config, "project", "list", "--json").stdout
    assert shop["id"] in listed
    assert shop["credentials"]["boolean"]["api_key"] not in listed


def test_the_same_name_twice_is_refused_in_one_line(config: Config, shop: Any) -> None:
    done = run(config, "project", "create", "Shop")
    assert done.returncode == 2
    assert done.stderr == "tellback: There is a project 'shop' already.\n"


def test_settings_are_set_and_checked(config: Config, shop: Any) -> None:
    assert run(config, "project", "set", "throttle_per_day", "none").stdout == (
        "throttle_per_day = none\n"
    )
    assert read(config, "project", "list")[0]["settings"]["throttle_per_day"] is None
    wrong = run(config, "project", "set", "time_zone", "Mars/Base")
    assert wrong.returncode == 2
    assert "IANA time zone" in wrong.stderr
    unknown = run(config, "project", "set", "flavour", "red")
    assert "no such setting" in unknown.stderr


def test_a_project_looks_like_its_owner(config: Config, shop: Any, tmp_path: Path) -> None:
    assert run(config, "project", "set", "colour", "#0b7a75").returncode == 0
    assert "six digits" in run(config, "project", "set", "colour", "red").stderr
    picture = tmp_path / "logo.png"
    picture.write_bytes(png())
    said = run(config, "project", "logo", str(picture)).stdout
    assert said.startswith("logo ")
    assert said.endswith(".png\n")
    picture.write_bytes(b"<html>")
    assert "must be a PNG" in run(config, "project", "logo", str(picture)).stderr
    assert run(config, "project", "logo").stdout == "no logo\n"


def test_a_survey_is_shared_by_a_link_and_its_code(
    config: Config, shop: Any, tmp_path: Path
) -> None:
    assert run(config, "survey", "apply", str(EVERY_TYPE)).returncode == 0
    code = tmp_path / "visit.svg"
    said = run(config, "survey", "link", "visit", "--qr", str(code))
    assert "/-/s/" in said.stdout
    assert said.stderr == ""
    assert code.read_text().startswith("<svg")
    paused = tmp_path / "paused.yaml"
    paused.write_text(EVERY_TYPE.read_text("utf-8").replace("live: true", "live: false"))
    run(config, "survey", "apply", str(paused))
    assert "visit is paused" in run(config, "survey", "link", "visit").stderr
    assert read(config, "survey", "link", "visit")["link"] + "\n" == said.stdout


def test_surveys_go_out_and_in_as_files(config: Config, shop: Any, tmp_path: Path) -> None:
    shown = run(config, "survey", "show", "boolean").stdout
    file = tmp_path / "survey.yaml"
    file.write_text(shown)
    assert read(config, "survey", "apply", str(file))["changed"] is False
    file.write_text(shown.replace("name:", "name: Changed #", 1))
    assert read(config, "survey", "apply", str(file)) == {
        "key": "boolean",
        "version": 2,
        "changed": True,
    }
    assert {s["key"] for s in read(config, "survey", "list")} >= {"boolean", "satismeter"}
    assert run(config, "survey", "show", "boolean", "--version", "1").stdout == shown
    assert run(config, "survey", "show", "boolean", "--version", "9").returncode == 2


def test_a_survey_of_every_type_is_printed_with_its_numbers(config: Config, shop: Any) -> None:
    assert run(config, "survey", "apply", str(EVERY_TYPE)).stdout == "visit v1: stored\n"
    assert run(config, "survey", "apply", str(EVERY_TYPE)).stdout == "visit v1: unchanged\n"
    shown = run(config, "survey", "show", "361346").stdout
    numbered = [line for line in shown.splitlines() if not line.startswith("  number: ")]
    given = EVERY_TYPE.read_text("utf-8").splitlines()
    assert numbered == [line for line in given if not line.startswith("  number: ")]
    assert "  number: 4991310\n" in shown
    assert "  number: 4991324\n" in shown


def test_people_are_made_once_with_a_password(config: Config, shop: Any) -> None:
    made = read(config, "user", "create", "alice@example.com", "--password-stdin", given=PASSWORD)
    assert made["role"] == "owner"
    again = run(config, "user", "create", "alice@example.com", "--password-stdin", given=PASSWORD)
    assert again.returncode == 2
    for asked, why in (
        (["alice@example.com"], "There is a user alice@example.com already."),
        (["nobody"], "must be an e-mail address"),
        (["bob@example.com", "--project", "none"], "There is no project 'none'."),
    ):
        # Without a password, or a terminal to ask for one on: it is not asked for.
        refused = run(config, "user", "create", *asked)
        assert (refused.returncode, refused.stdout) == (2, "")
        assert why in refused.stderr
    short = run(config, "user", "create", "bob@example.com", "--password-stdin", given="short\n")
    assert short.returncode == 2


def test_an_empty_outbox_says_so(config: Config, shop: Any) -> None:
    assert run(config, "outbox", "list").stdout == "The outbox is empty.\n"
    assert run(config, "outbox", "show", "nothing").returncode == 2


def test_a_clean_database_verifies(config: Config, shop: Any) -> None:
    assert read(config, "verify")["findings"] == []


def test_what_is_kept_for_how_long_is_told(config: Config, shop: Any) -> None:
    told = {one["kind"]: one for one in read(config, "retention", "status")}
    assert told["signals"]["kept_for"] == 365 * 24 * 3600 * 1000
    assert (told["signals"]["project"], told["signals"]["oldest_at"]) == ("shop", None)
    assert "shop     webhook   30    -\n" in run(config, "retention", "status").stdout
    overdue = int(time() * 1000) - 40 * 24 * 3600 * 1000
    engine = open_engine(database_url(config), writing=True)
    with engine.connect() as connection, connection.begin():
        refused = RecordRejection("wire", "ask", "POST", "/ask", 400, "no", b"")
        insert_rejections(connection, [(shop["id"], refused)], overdue)
    engine.dispose()
    assert read(config, "retention", "run") == {"rejected": 1}
    nothing = run(config, "retention", "run")
    assert nothing.stdout == "Nothing is older than it is kept.\n"


def test_somebody_never_asked_is_explained(config: Config, shop: Any) -> None:
    assert read(config, "explain", "nobody@example.com")["invitations"] == []


def test_every_command_explains_itself() -> None:
    for words in (["--help"], ["serve", "--help"], ["project", "create", "--help"]):
        done = subprocess.run([TELLBACK, *words], capture_output=True, text=True, check=False)
        assert done.returncode == 0
        assert "Usage" in done.stdout


def test_an_unknown_setting_stops_every_command(tmp_path: Path) -> None:
    done = subprocess.run(
        [TELLBACK, "serve"],
        capture_output=True,
        text=True,
        check=False,
        env=environment(Config(data=tmp_path), PROT="1"),
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
        done = run(Config(data=missing), *words, given=PASSWORD)
        assert done.stderr == f"tellback: There is no Tellback database in {missing}.\n", words
        assert (done.returncode, done.stdout) == (2, "")
    assert not missing.exists()


def test_what_is_made_is_private(tmp_path: Path) -> None:
    config = Config(data=tmp_path / "data")
    assert run(config, "project", "create", "Shop").returncode == 0
    made = [config.data, *config.data.rglob("*")]
    assert config.data / "tellback.db" in made
    assert [path for path in made if path.stat().st_mode & 0o077] == []


def fails_in_one_line(done: subprocess.CompletedProcess[str], *said: str) -> None:
    assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
    assert done.stderr.startswith("tellback: ")
    assert [words for words in said if words not in done.stderr] == []


@pytest.mark.parametrize("command", [["serve", "--port", "0"], ["project", "create", "Shop"]])
def test_a_data_directory_that_is_none(tmp_path: Path, command: list[str]) -> None:
    file = tmp_path / "file"
    file.write_text("")
    fails_in_one_line(run(Config(data=file), *command), str(file))
    fails_in_one_line(run(Config(data=file / "x"), *command), str(file))


@pytest.mark.parametrize("command", [["serve", "--port", "0"], ["verify"]])
def test_a_database_that_is_none(tmp_path: Path, command: list[str]) -> None:
    (tmp_path / "tellback.db").write_bytes(b"no database at all" * 500)
    fails_in_one_line(run(Config(data=tmp_path), *command), "not a database")
    (tmp_path / "tellback.db").unlink()
    (tmp_path / "tellback.db").mkdir()
    fails_in_one_line(run(Config(data=tmp_path), *command), "unable to open")


def test_a_damaged_database(tmp_path: Path) -> None:
    assert run(Config(data=tmp_path), "project", "create", "Shop").returncode == 0
    file = tmp_path / "tellback.db"
    whole = file.read_bytes()
    # The first page stays, so that it opens; what the tables hold does not.
    file.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))
    fails_in_one_line(run(Config(data=tmp_path), "verify"), "malformed")


def test_a_survey_file_that_is_no_text(config: Config, shop: Any, tmp_path: Path) -> None:
    file = tmp_path / "survey.yaml"
    file.write_bytes("key: caf\xe9".encode("latin-1"))
    fails_in_one_line(run(config, "survey", "apply", str(file)), "is not text in UTF-8")
    file.write_text("key: [")
    fails_in_one_line(run(config, "survey", "apply", str(file)), "is not YAML")
    file.write_text("[" * 5000)
    fails_in_one_line(run(config, "survey", "apply", str(file)), "file: ")


def test_the_version_is_said() -> None:
    done = subprocess.run([TELLBACK, "--version"], capture_output=True, text=True, check=False)
    assert done.stdout == f"tellback {version('tellback')}\n"


def test_keys_and_refused_input_in_words(config: Config, shop: Any) -> None:
    kept = shop["credentials"]["boolean"]["api_key"]
    listed = run(config, "project", "keys", "list").stdout
    assert kept[-4:] in listed
    assert kept not in listed
    fails_in_one_line(
        run(config, "project", "keys", "add", "boolean", "token"), "there are: api_key"
    )
    given = ("project", "keys", "add", "boolean", "api_key", "--secret-stdin")
    fails_in_one_line(run(config, *given, given="short\n"), "must have 16 to 512 characters")
    fails_in_one_line(run(config, *given, given=f"{kept}\n"), "has that key already")
    fails_in_one_line(run(config, "project", "keys", "revoke", "nope"), "has no key 'nope'")
    assert run(config, "rejected", "list").stdout == "Nothing was refused, or nothing like that.\n"
    fails_in_one_line(run(config, "rejected", "replay"), "Say what to replay")
    fails_in_one_line(run(config, "rejected", "show", "nope"), "no refused input 'nope'")
    fails_in_one_line(run(config, "rejected", "list", "--since", "then"), "--since", "12h")


def test_small_words(config: Config, shop: Any) -> None:
    assert run(config, "project", "set", "allow_force", "true").stdout == "allow_force = true\n"
    assert run(config, "verify").stdout.startswith("1 project, 0 responses\n")
    assert run(config, "explain", "foo").stdout.startswith("foo is not known to Shop.\n")


def test_bounces_are_posted_to_a_path(config: Config, shop: Any) -> None:
    done = run(config, "project", "bounces")
    assert done.stdout.startswith("/-/")
    assert "TELLBACK_PUBLIC_URL" in done.stderr
    told = read(config, "project", "bounces")
    assert told == {"project": "shop", "path": done.stdout.strip(), "url": None}
