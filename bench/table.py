"""Rows as a table for people, in plain text or in Markdown."""

from collections.abc import Sequence

from bench.figures import Row

_HEADER = ("row", "what is measured", "against", "Tellback", "floor", "ratio", "goal", "holds")


def table(rows: Sequence[Row]) -> str:
    """The rows as a Markdown table with aligned columns."""
    lines = [_HEADER, *(_cells(row) for row in rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(_HEADER))]
    ruled = [lines[0], tuple("-" * width for width in widths), *lines[1:]]
    return "\n".join(
        "| " + " | ".join(c.ljust(w) for c, w in zip(line, widths, strict=True)) + " |"
        for line in ruled
    )


def _cells(row: Row) -> tuple[str, ...]:
    goal, sign = row.goal, "≤" if row.goal.bound == "at most" else "≥"
    limit = f"{sign} {goal.value:g} " + (goal.unit if goal.absolute else "×")
    return (
        goal.name,
        goal.measures,
        goal.floor or "–",
        "–" if row.candidate is None else f"{number(row.candidate)} {goal.unit}",
        "–" if row.floor is None else f"{number(row.floor)} {goal.unit}",
        "–" if row.ratio is None else f"{row.ratio:.2f} ×",
        limit,
        _verdict(row),
    )


def _verdict(row: Row) -> str:
    if row.skipped:
        return f"skipped: {row.skipped}"
    return "yes" if row.holds else "NO"


def number(value: float) -> str:
    """Three telling digits, and no more of them than a noisy machine gives."""
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    return f"{value:,.{digits}f}"
