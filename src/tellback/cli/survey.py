"""`tellback survey`: surveys as files."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from tellback.actions.apply_surveys import ApplySurvey, apply_surveys
from tellback.cli.context import (
    DataOption,
    JsonOption,
    ProjectOption,
    print_json,
    print_table,
    settings,
    the_project,
    with_database,
)
from tellback.core.errors import Fault, Invalid, NotFound, Problem
from tellback.core.links import share_link
from tellback.core.model import Project, Survey, pick
from tellback.core.queries import ListSurveys
from tellback.store.database import Database
from tellback.store.survey_versions import COMMAND_LINE
from tellback.store.surveys import find_version, list_surveys
from tellback.surveyfile import read_survey, survey_data, write_survey
from tellback.web.qr import qr_svg

app = typer.Typer(help="Surveys, as files.", no_args_is_help=True, rich_markup_mode=None)


@app.command("list")
def list_(
    project: ProjectOption = None, data: DataOption = None, as_json: JsonOption = False
) -> None:
    """List the project's surveys."""
    surveys = with_database(settings(data), lambda db: _surveys(db, project, None))
    if as_json:
        print_json([survey_data(survey) for survey in surveys])
        return
    rows = [
        (
            survey.key,
            str(survey.number),
            str(survey.definition.type),
            f"v{survey.version}",
            "live" if survey.live else "paused",
            _first_question(survey),
        )
        for survey in surveys
    ]
    print_table(rows, ("KEY", "NUMBER", "TYPE", "VERSION", "STATE", "FIRST QUESTION"))


@app.command("show")
def show(
    key: Annotated[str, typer.Argument(help="The survey's key, number or id.")],
    version: Annotated[int | None, typer.Option(help="An earlier version of it.")] = None,
    project: ProjectOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print a survey as the YAML file that `apply` takes."""
    survey = with_database(settings(data), lambda db: _survey(db, project, key, version))
    if as_json:
        print_json(survey_data(survey))
    else:
        typer.echo(write_survey(survey), nl=False)


@app.command("apply")
def apply(
    file: Annotated[Path, typer.Argument(help="A YAML file.", exists=True, dir_okay=False)],
    project: ProjectOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Create a survey, or a new version of it; the same file again changes nothing."""
    said = read_survey(_read(file))

    async def work(database: Database) -> Any:
        target = await the_project(database, project)
        what = (said.key, said.live, said.definition, said.number)
        job = ApplySurvey(target, *what, by=COMMAND_LINE)
        return await database.write_one(apply_surveys, job)

    outcome = with_database(settings(data), work)
    if as_json:
        print_json({"key": said.key, "version": outcome.version, "changed": outcome.changed})
    else:
        typer.echo(f"{said.key} v{outcome.version}: {'stored' if outcome.changed else 'unchanged'}")


@app.command("link")
def link(
    key: Annotated[str, typer.Argument(help="The survey's key, number or id.")],
    qr: Annotated[
        Path | None, typer.Option(help="Write the link's QR code to this file, as SVG.")
    ] = None,
    project: ProjectOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print the link by which anybody may answer a survey while it is live."""
    config = settings(data)

    async def work(database: Database) -> tuple[Project, Survey]:
        return await the_project(database, project), await _survey(database, project, key, None)

    target, survey = with_database(config, work)
    base = config.public_url.rstrip("/") or f"http://{config.host}:{config.port}"
    address = share_link(base, target.secret, target.id, survey.id)
    if qr is not None:
        qr.write_text(qr_svg(address), "utf-8")
    if as_json:
        print_json({"key": survey.key, "link": address, "live": survey.live})
    else:
        typer.echo(address)
    if not survey.live:
        typer.echo(
            f"{survey.key} is paused: nobody can answer it there until it is live.", err=True
        )


def _read(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except UnicodeDecodeError:
        raise Invalid(Problem(Fault.FORMAT, "is not text in UTF-8", str(file))) from None


async def _surveys(database: Database, project: str | None, key: str | None) -> list[Survey]:
    target = await the_project(database, project)
    return await database.read(list_surveys, target, ListSurveys(key))


async def _survey(database: Database, project: str | None, key: str, version: int | None) -> Survey:
    found = await _surveys(database, project, key)
    if not found:
        raise NotFound(f"There is no survey {key!r}.")
    if version is None:
        return found[0]
    was = await database.read(find_version, found[0].project_id, found[0].id, version)
    if was is None:
        raise NotFound(f"The survey {key!r} has no version {version}.")
    return replace(found[0], version=version, definition=was)


def _first_question(survey: Survey) -> str:
    questions = survey.definition.questions
    return pick(questions[0].text, None)[:60] if questions else ""
