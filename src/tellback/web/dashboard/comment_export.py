"""What people write about, as a file: all words and phrases, not only the commonest."""

from typing import Any

from litestar import Response, get

from tellback.core.topics import Topic
from tellback.core.users import Area
from tellback.web.dashboard.comments import ask
from tellback.web.dashboard.desk import GivenDesk
from tellback.web.dashboard.door import AnyRequest, entry_of
from tellback.web.dashboard.list_exports import format_asked, one_page
from tellback.web.exports import Row, export

_NUMBERS = (
    "comments",
    "rated_well",
    "rated_badly",
    "impact",
    "difference",
    "difference_low",
    "difference_high",
)
COLUMNS = ("topic", *_NUMBERS, "verdict")
KINDS = dict.fromkeys(_NUMBERS, "number")


@get("/-/p/{slug:str}/comments/export", opt={"area": Area.FEEDBACK})
async def export_comments(request: AnyRequest, desk: GivenDesk) -> Response[Any]:
    """The topics of the comments looked at, the commonest first."""
    project, kind = entry_of(request).membership.project, format_asked(request)
    asked = await ask(request, desk, project)
    rows = [_row(topic) for topic in asked.topics]
    return export(kind, f"{project.slug}-comments", COLUMNS, one_page(rows), KINDS)


def _row(topic: Topic) -> Row:
    """``impact`` is in points of the mood; ``difference`` is that of its authors to all others."""
    change = topic.change
    return {
        "topic": topic.text,
        "comments": topic.count,
        "rated_well": topic.good,
        "rated_badly": topic.bad,
        "impact": topic.impact,
        "difference": change and change.difference,
        "difference_low": change and change.low,
        "difference_high": change and change.high,
        "verdict": change and change.verdict.value,
    }


HANDLERS = [export_comments]
