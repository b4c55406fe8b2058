"""The compose file: what waits for what, what is kept, and what must be said."""

import re
from typing import Any

import pytest
import yaml

from tests.deploy.things import DEPLOY, ROOT, check_command

FILE = DEPLOY / "compose.yaml"
EXAMPLE = DEPLOY / ".env.example"
OURS = ("migrate", "web", "sender")


@pytest.fixture
def compose() -> Any:
    return yaml.safe_load(FILE.read_text())


def test_each_service_runs_a_command(compose: Any) -> None:
    assert set(compose["services"]) == {"database", *OURS}
    for name in OURS:
        check_command(compose["services"][name]["command"])
        build = compose["services"][name]["build"]
        assert (FILE.parent / build["context"]).resolve() == ROOT
        assert (ROOT / build["dockerfile"]).exists()


def test_nobody_serves_before_the_schema_is_there(compose: Any) -> None:
    services = compose["services"]
    waits = {name: services[name]["depends_on"] for name in OURS}
    assert waits["migrate"] == {"database": {"condition": "service_healthy"}}
    for name in ("web", "sender"):
        assert waits[name]["migrate"] == {"condition": "service_completed_successfully"}
    assert services["migrate"]["restart"] == "no"
    assert services["database"]["healthcheck"]["test"][1] == "pg_isready"


def test_what_is_kept_is_in_named_volumes_and_nothing_else_can_be_written(compose: Any) -> None:
    mounted = set()
    for name, service in compose["services"].items():
        mounted |= {volume.partition(":")[0] for volume in service["volumes"]}
        assert name == "database" or service["read_only"]
        assert name == "database" or service["cap_drop"] == ["ALL"]
    assert mounted == set(compose["volumes"])


def test_all_that_must_be_said_is_in_the_example(compose: Any) -> None:
    used = dict(re.findall(r"\$\{([A-Z_]+)(:[?-])", FILE.read_text()))
    given = dict(re.findall(r"^([A-Z_]+)=(.*)$", EXAMPLE.read_text(), re.MULTILINE))
    assert {name for name, how in used.items() if how == ":?"} <= set(given)
    # No example is a password.
    assert given["POSTGRES_PASSWORD"] == ""
    assert ".env" in (DEPLOY / ".gitignore").read_text().split()
