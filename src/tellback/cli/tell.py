"""`tellback outbox`, `explain` and `verify`: what happened, and whether it adds up."""

from dataclasses import asdict
from typing import Annotated

import typer

from tellback.cli.context import (
    DataOption,
    JsonOption,
    ProjectOption,
    existing,
    print_json,
    print_table,
    settings,
    the_project,
    with_database,
)
from tellback.core.errors import NotFound
from tellback.core.explanation import Explanation
from tellback.core.instants import format_seconds
from tellback.mail.transports.outbox import Outbox
from tellback.store.database import Database
from tellback.store.explain import explain as read_explanation
from tellback.store.verify import Report
from tellback.store.verify import verify as read_report

outbox = typer.Typer(help="Mails that went to files.", no_args_is_help=True, rich_markup_mode=None)


@outbox.command("list")
def list_(
    limit: Annotated[int, typer.Option(help="How many, newest first.", min=1, max=10_000)] = 50,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the newest mails."""
    entries = Outbox(existing(settings(data)).outbox).page(limit)
    if as_json:
        print_json([asdict(entry) for entry in entries])
    elif not entries:
        typer.echo("The outbox is empty.")
    else:
        rows = [(e.id, format_seconds(e.at), e.recipient, e.subject) for e in entries]
        print_table(rows, ("MAIL", "WRITTEN", "TO", "SUBJECT"))


@outbox.command("show")
def show(
    mail: Annotated[str, typer.Argument(help="The mail, as `outbox list` names it.")],
    html: Annotated[bool, typer.Option("--html", help="Print the HTML part.")] = False,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print a mail."""
    found = Outbox(existing(settings(data)).outbox).load(mail)
    if found is None:
        raise NotFound(f"There is no mail {mail!r} in the outbox.")
    if as_json:
        print_json({**asdict(found), "raw": found.raw.decode("utf-8", "replace")})
        return
    if html:
        typer.echo(found.html)
        return
    for name, value in found.headers:
        typer.echo(f"{name}: {value}")
    typer.echo(f"\n{found.text}")


def explain(
    who: Annotated[
        str,
        typer.Argument(
            help="The person: an e-mail address, an external id, a phone number or another key; "
            "KIND:VALUE says which."
        ),
    ],
    project: ProjectOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say why somebody was or was not asked, in all channels, and when they next may be."""

    async def work(database: Database) -> Explanation:
        target = await the_project(database, project)
        return await database.read(read_explanation, target, who, database.clock())

    explanation = with_database(settings(data), work)
    if as_json:
        print_json(explanation.as_dict())
    else:
        typer.echo("\n".join(explanation.sentences))


def verify(data: DataOption = None, as_json: JsonOption = False) -> None:
    """Check that everything adds up: invitations by state, scores by answers, no orphans.

    Exit status 1 when something does not.
    """
    report = with_database(settings(data), lambda database: database.read(read_report))
    if as_json:
        print_json(report.as_dict())
    else:
        _print_report(report)
    if not report.clean:
        raise typer.Exit(1)


def _print_report(report: Report) -> None:
    counts = report.counts
    projects = "1 project" if report.projects == 1 else f"{report.projects} projects"
    responses = "1 response" if counts.responses == 1 else f"{counts.responses} responses"
    typer.echo(f"{projects}, {responses}")
    typer.echo(f"{counts.invitations} invitations requested in {counts.requests} calls:")
    for state, count in sorted(counts.states.items(), key=lambda item: -item[1]):
        typer.echo(f"  {count:>9,} {state}")
    for finding in report.findings:
        typer.echo(f"{finding.project}: {finding.kind}: {finding.message}")
    if report.clean:
        typer.echo("Everything adds up.")
    else:
        typer.echo(f"{len(report.findings)} findings.", err=True)
