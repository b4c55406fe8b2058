"""The document is true: whatever fits or breaks it, the replies are those that it tells of."""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import httpx
import msgspec
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tellback.app import build_app
from tellback.core.settings import ProjectSettings
from tellback.dialects.provision import make_project
from tellback.dialects.registry import load_dialects
from tellback.web.api.openapi import build
from tellback.web.api.table import OPERATIONS
from tests.engines import Engine, opened
from tests.serving import serving

DOCUMENT = build(OPERATIONS)
DOCUMENTED = [
    pytest.param(method.upper(), path, id=f"{method.upper()} {path}")
    for path, item in DOCUMENT["paths"].items()
    for method in item
]
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


@dataclass(frozen=True, slots=True)
class Live:
    """A running server, a key that may do everything, and what there is, as paths name it."""

    url: str
    key: str
    ids: Mapping[str, str]


@pytest.fixture(scope="module")
def live(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with engine.config(tmp_path_factory.mktemp("api")) as config, opened(config) as database:
        unlimited = ProjectSettings(calls_per_hour=10_000_000)
        made = asyncio.run(make_project(database, load_dialects(), "Fuzzed", unlimited))
        key = made.credentials["api"]["manage_key"]
        with serving(build_app(config, database)) as url:
            yield Live(url, key, _furnish(f"{url}/-/api", key))


def _furnish(url: str, key: str) -> dict[str, str]:
    """Make one of everything."""
    person = {"identities": {"external": "u-1", "email": "ann@example.com"}}
    made: dict[str, str] = {"survey": "satismeter", "version": "1", "mapping": "acme"}
    items = {
        "contact": ("/contacts", person),
        "conversation": ("/conversations", {"contact": {"identities": {"external": "u-2"}}}),
        "invitation": ("/invitations", {"survey": "boolean", "email": "ben@example.com"}),
        "response": ("/responses", {"survey": "satismeter", "rating": 9}),
    }
    with httpx.Client(headers={"Authorization": f"Bearer {key}"}) as client:
        client.put(f"{url}/mappings/acme", json={"reference": "/id"})
        for name, (path, item) in items.items():
            done = client.post(url + path, json={"items": [item]}).json()["items"][0]
            made[name] = done["id"]
        client.post(f"{url}/suppressions", json={"items": [{"address": "cat@example.com"}, {}]})
        made["address"] = "cat@example.com"
        rejected = client.get(f"{url}/rejected-inputs").json()["items"]
    return {**made, "rejected_input": rejected[0]["id"]}


def test_every_operation_is_told_of() -> None:
    told = {(method.upper(), path) for path, item in DOCUMENT["paths"].items() for method in item}
    assert told == {(one.method, one.path) for one in OPERATIONS}
    names = [
        operation["operationId"]
        for item in DOCUMENT["paths"].values()
        for operation in item.values()
    ]
    assert len(set(names)) == len(names)


def test_every_reference_leads_somewhere() -> None:
    text = msgspec.json.encode(DOCUMENT).decode()
    for part in text.split('"$ref":"#/')[1:]:
        place: object = DOCUMENT
        for step in part.partition('"')[0].split("/"):
            assert isinstance(place, dict)
            place = place[step]


@pytest.mark.parametrize(("method", "path"), DOCUMENTED)
def test_the_document_holds(method: str, path: str, live: Live) -> None:
    operation = schemathesis.openapi.from_dict(DOCUMENT)[path][method]

    @settings(
        max_examples=25,
        deadline=None,
        derandomize=True,
        database=None,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )
    @given(
        case=st.one_of(
            operation.as_strategy(generation_mode=GenerationMode.POSITIVE),
            operation.as_strategy(generation_mode=GenerationMode.NEGATIVE),
        ),
        known=st.sampled_from([True, True, True, False]),
        there=st.booleans(),
    )
    def run(case: schemathesis.Case, known: bool, there: bool) -> None:
        if there:
            case.path_parameters.update({n: live.ids[n] for n in case.path_parameters})
        headers = {"Authorization": f"Bearer {live.key}"} if known else {}
        response = case.call(base_url=f"{live.url}/-/api", headers=headers, timeout=20)
        case.validate_response(response, checks=CHECKS)

    run()
