"""The files that people run Tellback with."""

from collections.abc import Sequence
from pathlib import Path

import typer

from tellback.cli import app

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
CONTAINERFILE = DEPLOY / "container/Containerfile"


def files() -> list[Path]:
    """Every file under deploy/."""
    return sorted(path for path in DEPLOY.rglob("*") if path.is_file() and path.name != ".env")


def check_command(words: Sequence[str]) -> None:
    """Fail where this is no command that `tellback` takes, or has an option that it does not."""
    words = list(words)
    group = typer.main.get_command(app)
    with group.make_context("tellback", list(words)) as context:
        assert isinstance(group, typer.core.TyperGroup)
        name, command, rest = group.resolve_command(context, words)
        assert command is not None, words
        command.make_context(name, rest, parent=context).close()
