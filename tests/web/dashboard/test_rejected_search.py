"""What the log is searched for, from a form or a link."""

from zoneinfo import ZoneInfo

import pytest

from tellback.core.instants import DAY
from tellback.core.rejections import RejectionFilter, RejectionKind
from tellback.dialects.registry import load_dialects
from tellback.web.dashboard.clock import Clock
from tellback.web.dashboard.rejected_search import operations_of, read_search

CLOCK = Clock(1_795_000_000_000, ZoneInfo("Europe/Berlin"))
#: 2026-11-20T00:00 in Berlin.
DAY_IN_BERLIN = 1_795_129_200_000


def test_everything_at_once() -> None:
    given = {
        "wire": "boolean",
        "operation": "request_surveys",
        "state": "open",
        "from": "2026-11-20",
        "to": "2026-11-20",
        "reason": "  no survey & more  ",
        "before": "1-2",
    }
    search = read_search(given, CLOCK)
    assert search.wanted == RejectionFilter(
        "boolean",
        "request_surveys",
        "no survey & more",
        DAY_IN_BERLIN,
        DAY_IN_BERLIN + DAY,
        False,
        RejectionKind.REFUSED,
    )
    assert search.query == (
        "wire=boolean&operation=request_surveys&state=open&from=2026-11-20&to=2026-11-20"
        "&reason=no+survey+%26+more"
    )
    assert search.problem is None


@pytest.mark.parametrize(
    ("state", "settled", "kind"),
    [
        ("settled", True, None),
        ("warning", None, RejectionKind.WARNING),
        ("", None, None),
        ("nonsense", None, None),
    ],
)
def test_states(state: str, settled: bool | None, kind: RejectionKind | None) -> None:
    wanted = read_search({"state": state}, CLOCK).wanted
    assert (wanted.settled, wanted.kind) == (settled, kind)


def test_nothing_is_everything() -> None:
    search = read_search({"wire": "", "reason": "   ", "x": "y"}, CLOCK)
    assert (search.wanted, search.query, search.problem) == (RejectionFilter(), "", None)


@pytest.mark.parametrize("name", ["from", "to"])
def test_a_day_that_is_none_is_said_to_be_none(name: str) -> None:
    search = read_search({name: "31.12.2026"}, CLOCK)
    assert search.wanted == RejectionFilter()
    assert "2026-12-31" in (search.problem or "")


def test_no_search_is_long() -> None:
    assert read_search({"reason": "x" * 9_999}, CLOCK).wanted.text == "x" * 200


def test_only_what_brings_input_can_be_chosen() -> None:
    operations = operations_of(load_dialects())
    assert "request_surveys" in operations["Boolean"]
    assert "list_surveys" not in operations["Boolean"]
