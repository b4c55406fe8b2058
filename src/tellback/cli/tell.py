"""`tellback outbox`: the mails that went to files."""

from dataclasses import asdict
from typing import Annotated

import typer

from tellback.cli.context import DataOption, JsonOption, print_json, print_table, settings
from tellback.core.errors import NotFound
from tellback.core.instants import format_seconds
from tellback.mail.transports.outbox import Outbox

outbox = typer.Typer(help="Mails that went to files.", no_args_is_help=True, rich_markup_mode=None)


@outbox.command("list")
def list_(
    limit: Annotated[int, typer.Option(help="How many, newest first.", min=1, max=10_000)] = 50,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the newest mails."""
    entries = Outbox(settings(data).outbox).page(limit)
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
    found = Outbox(settings(data).outbox).load(mail)
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
