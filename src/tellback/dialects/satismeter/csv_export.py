"""Responses as a table for spreadsheets."""

import csv
import io
from collections.abc import Iterable
from typing import Any

COLUMNS = (
    "id",
    "created",
    "campaign",
    "method",
    "rating",
    "category",
    "feedback",
    "completed",
    "dismissed",
    "referrer",
    "language",
    "userId",
    "anonymousId",
    "name",
    "email",
)
# What a spreadsheet would run as a formula or a command (OWASP, "CSV Injection").
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def write_csv(records: Iterable[dict[str, Any]]) -> bytes:
    """Encoded responses as UTF-8 with a heading (RFC 4180); no cell can be a formula."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for record in records:
        author = record["user"]
        writer.writerow([_cell(record.get(name, author.get(name))) for name in COLUMNS])
    return out.getvalue().encode()


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f"'{value}" if value.startswith(_FORMULA) else value
    return value
