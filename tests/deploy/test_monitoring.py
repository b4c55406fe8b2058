"""Dashboard and alerts ask for figures that a server has, by labels that these have."""

import json
import re
from typing import Any

import httpx
import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from tellback.app import App
from tellback.core import errors
from tellback.dialects import contract
from tellback.telemetry.exposition import FACTS
from tests.deploy.things import DEPLOY

_METRIC = re.compile(r"\b(?:tellback|process)_[a-z_]+\b")
_SELECTOR = re.compile(r"((?:tellback|process)_[a-z_]+)\{([^}]*)\}")
_BY = re.compile(r"\bby \(([^)]*)\)")
#: What Prometheus itself adds.
_ADDED = {"instance", "job"}
_REASONS = re.compile(r'reason(?:=~?|![=~])"([^"]*)"')


def dashboard_expressions() -> list[str]:
    board = json.loads((DEPLOY / "grafana/tellback.json").read_text())
    targets = [target for panel in board["panels"] for target in panel.get("targets", ())]
    return [target["expr"] for target in targets]


def alert_expressions() -> list[str]:
    groups = yaml.safe_load((DEPLOY / "prometheus/alerts.yaml").read_text())["groups"]
    return [rule["expr"] for group in groups for rule in group["rules"]]


@pytest.fixture
async def labels(app: App) -> dict[str, set[str]]:
    """The labels of each series that a server shows after one of everything has happened."""
    figures = app.telemetry.figures
    figures.count_request("wire", "look", 200, 0.1)
    figures.refused["wire", "Invalid"] += 1
    figures.failed["submit"] += 1
    facts = {(name, *["x"] * len(fact.labels)): 1 for name, fact in FACTS.items()}
    figures.count_commit(1, 0.1, facts)
    figures.waits.observe(0.1)
    transport = httpx.ASGITransport(app=app.monitor.at_operations_port())  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://operations") as watching:
        page = (await watching.get("/-/metrics")).text
    found: dict[str, set[str]] = {}
    for family in text_string_to_metric_families(page):
        for sample in family.samples:
            found.setdefault(sample.name, set()).update(sample.labels)
    return found


def unknown(expression: str, labels: dict[str, set[str]]) -> list[str]:
    """What an expression asks for and no server has."""
    metrics = _METRIC.findall(expression)
    wrong = [metric for metric in metrics if metric not in labels]
    for metric, selector in _SELECTOR.findall(expression):
        asked = set(re.findall(r"(\w+)\s*[!=]~?", selector))
        wrong += [f"{metric}{{{label}}}" for label in asked - labels.get(metric, set()) - _ADDED]
    known = set().union(*(labels.get(metric, set()) for metric in metrics), _ADDED)
    for by in _BY.findall(expression):
        wrong += [f"by {label}" for label in map(str.strip, by.split(",")) if label not in known]
    return wrong


@pytest.mark.parametrize("expressions", [dashboard_expressions(), alert_expressions()], ids=len)
async def test_every_expression_asks_for_what_is_there(
    expressions: list[str], labels: dict[str, set[str]]
) -> None:
    assert len(expressions) >= 10
    assert {each: wrong for each in expressions if (wrong := unknown(each, labels))} == {}
    assert all(_METRIC.search(each) for each in expressions)


@pytest.mark.parametrize(
    "expression",
    [
        "tellback_mail_total",
        "sum by (wires) (tellback_requests_total)",
        'tellback_requests_total{code="5xx"}',
    ],
)
async def test_what_is_not_there_is_found_out(expression: str, labels: dict[str, set[str]]) -> None:
    assert unknown(expression, labels)


@pytest.mark.parametrize(
    "metric",
    [
        "tellback_invitations_total",
        "tellback_responses_total",
        "tellback_mails_total",
        "tellback_refused_total",
        "tellback_invitations_due_age_seconds",
        "tellback_commit_jobs_sum",
    ],
)
async def test_the_business_figures_are_there_and_on_the_dashboard(
    metric: str, labels: dict[str, set[str]]
) -> None:
    assert metric in labels
    assert metric in {each for one in dashboard_expressions() for each in _METRIC.findall(one)}


def test_reasons_that_alerts_name_are_errors_of_ours() -> None:
    named = {
        one
        for each in alert_expressions()
        for group in _REASONS.findall(each)
        for one in group.split("|")
    }
    assert named
    assert all(hasattr(errors, name) or hasattr(contract, name) for name in named)


def test_panels_do_not_overlap_and_have_their_own_ids() -> None:
    board: Any = json.loads((DEPLOY / "grafana/tellback.json").read_text())
    ids = [panel["id"] for panel in board["panels"]]
    assert len(ids) == len(set(ids))
    cells: set[tuple[int, int]] = set()
    for panel in board["panels"]:
        at = panel["gridPos"]
        mine = {(at["x"] + i, at["y"] + j) for i in range(at["w"]) for j in range(at["h"])}
        assert at["x"] + at["w"] <= 24
        assert not cells & mine
        cells |= mine
