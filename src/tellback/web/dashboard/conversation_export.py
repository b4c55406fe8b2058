"""How conversations are rated, as a file: the scores of the page, by whoever had them."""

from typing import Any

from litestar import Response, get

from tellback.core.users import Area
from tellback.web.dashboard.conversations import Board, Line, ask
from tellback.web.dashboard.desk import GivenDesk
from tellback.web.dashboard.door import AnyRequest, entry_of
from tellback.web.dashboard.list_exports import format_asked, one_page
from tellback.web.exports import Row, export

_NUMBERS = (
    "score",
    "low",
    "high",
    "answers",
    "ratings",
    "comments",
    "difference",
    "difference_low",
    "difference_high",
)
KINDS = dict.fromkeys(_NUMBERS, "number")


@get("/-/p/{slug:str}/conversations/export", opt={"area": Area.CONVERSATIONS})
async def export_conversations(request: AnyRequest, desk: GivenDesk) -> Response[Any]:
    """The scores by agent, department or channel, of the time and the answers looked at."""
    membership, kind = entry_of(request).membership, format_asked(request)
    asked = await ask(request, desk, membership)
    group = asked.group.value
    rows = [{group: line.name, **_row(line, asked.board)} for line in asked.board.lines]
    columns = (group, "measure", *_NUMBERS, "verdict")
    name = f"{membership.project.slug}-conversations"
    return export(kind, name, columns, one_page(rows), KINDS)


def _row(line: Line, board: Board) -> Row:
    """As on the page, a score of too few answers is not told, only their number."""
    score, change = line.score, line.change
    return {
        "measure": board.measure.name,
        "score": score.value if line.shown else None,
        "low": score.low if line.shown else None,
        "high": score.high if line.shown else None,
        "answers": score.n,
        "ratings": line.ratings,
        "comments": line.comments,
        "difference": change and change.difference,
        "difference_low": change and change.low,
        "difference_high": change and change.high,
        "verdict": change and change.verdict.value,
    }


HANDLERS = [export_conversations]
