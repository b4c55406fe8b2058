"""`tellback outbox`, `explain` and `verify`: what happened, and whether it adds up."""

import typer

outbox = typer.Typer(help="Mails that went to files.", no_args_is_help=True, rich_markup_mode=None)
