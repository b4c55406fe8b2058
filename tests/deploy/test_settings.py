"""What the deployed files set is a setting, and what they call is a command."""

import re
from dataclasses import fields
from pathlib import Path

import pytest
import typer

from tellback.config import PREFIX, Config
from tests.deploy.things import CONTAINERFILE, ROOT, check_command, files

SETTINGS = {PREFIX + field.name.upper() for field in fields(Config)} | {f"{PREFIX}CONFIG"}
#: Of the compose file alone: what is run, and where it is seen from outside.
COMPOSE = {"TELLBACK_IMAGE", "TELLBACK_PUBLISHED"}


@pytest.mark.parametrize("path", files(), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_setting_that_is_named_is_one(path: Path) -> None:
    named = set(re.findall(r"\bTELLBACK_[A-Z_]*[A-Z]\b", path.read_text()))
    assert named - SETTINGS <= (COMPOSE if path.name == "compose.yaml" else set())


@pytest.mark.parametrize(
    "words",
    [
        ["project", "create", "My shop"],
        ["user", "create", "me@example.com", "--role", "owner"],
        ["rejected", "list", "--open"],
        ["explain", "me@example.com"],
    ],
    ids=lambda words: words[0],
)
def test_what_notes_and_comments_say_to_type_is_a_command(words: list[str]) -> None:
    check_command(words)


@pytest.mark.parametrize(
    "words", [["serv"], ["serve", "--rol", "web"], ["serve", "--role", "wep"]], ids="-".join
)
def test_what_is_no_command_is_found_out(words: list[str]) -> None:
    usage_error = typer.BadParameter.__mro__[1]  # which is not exported
    with pytest.raises(usage_error):
        check_command(words)


def test_the_image_runs_as_nobody_with_what_is_locked() -> None:
    text = CONTAINERFILE.read_text().replace("\\\n", " ")
    instructions = [
        line.split(maxsplit=1) for line in text.splitlines() if re.match("[A-Z]+ ", line)
    ]
    last = dict(instructions)
    assert last["USER"] == "10001:10001"
    assert last["VOLUME"] == "/data"
    check_command(re.findall(r"\w+", last["CMD"]))
    installs = [given for word, given in instructions if word == "RUN" and "pip install" in given]
    assert installs
    assert all("--require-hashes" in given or "--no-index" in given for given in installs)
    for word, given in instructions:
        if word == "COPY" and not given.startswith("--from"):
            *sources, _ = given.split()
            assert all((ROOT / source).exists() for source in sources)
    kept = {
        line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line[:1] == "!"
    }
    assert kept == {"LICENSE", "README.md", "pyproject.toml", "requirements", "src"}
