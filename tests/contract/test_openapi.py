"""Each dialect's openapi.yaml is true, and nothing that fits or breaks it makes the server fail.

A security scheme, a parameter of a path, or a property of a JSON body, with ``x-credential: NAME``
is filled with the project's credential of that name in one half of the calls, so that the fuzzing
gets past the door.
"""

import asyncio
import base64
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import schemathesis
import yaml
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode

from tellback.app import build_app
from tellback.core.settings import ProjectSettings
from tellback.dialects.contract import Dialect
from tellback.dialects.provision import make_project
from tellback.dialects.registry import load_dialects
from tests.engines import Engine, opened
from tests.serving import serving

DIALECTS = load_dialects()
_METHODS = {"get", "put", "post", "delete", "patch", "options"}


def spec_of(dialect: Dialect) -> dict[str, Any]:
    """The dialect's OpenAPI document."""
    folder = Path(sys.modules[f"tellback.dialects.{dialect.name}"].__file__ or "").parent
    document: dict[str, Any] = yaml.safe_load((folder / "openapi.yaml").read_text())
    return document


OPERATIONS = [
    pytest.param(name, method.upper(), path, id=f"{name} {method.upper()} {path}")
    for name, dialect in DIALECTS.items()
    for path, item in spec_of(dialect)["paths"].items()
    for method in item
    if method in _METHODS
]


@dataclass(frozen=True, slots=True)
class Live:
    """A running server with a project on it."""

    url: str
    credentials: Mapping[str, Mapping[str, Any]]


@pytest.fixture(scope="module")
def live(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with engine.config(tmp_path_factory.mktemp("openapi")) as config, opened(config) as database:
        unlimited = ProjectSettings(calls_per_hour=10_000_000)
        made = asyncio.run(make_project(database, DIALECTS, "Fuzzed", unlimited))
        with serving(build_app(config, database)) as url:
            yield Live(url, made.credentials)


@pytest.mark.parametrize("name", DIALECTS)
def test_the_document_and_the_routes_agree(name: str) -> None:
    documented = {
        (method.upper(), path)
        for path, item in spec_of(DIALECTS[name])["paths"].items()
        for method in item
        if method in _METHODS
    }
    assert documented == {(route.method, route.path) for route in DIALECTS[name].routes}


@pytest.mark.parametrize(("name", "method", "path"), OPERATIONS)
def test_nothing_makes_the_server_fail(name: str, method: str, path: str, live: Live) -> None:
    document = spec_of(DIALECTS[name])
    schema = schemathesis.openapi.from_dict(document)
    operation = schema[path][method]
    keys = live.credentials[name]

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
        known=st.booleans(),
    )
    def run(case: schemathesis.Case, known: bool) -> None:
        headers = {"User-Agent": "fuzz", **(_head(document, keys) if known else {})}
        if known:
            _fill(case.body, document, operation.definition.raw, keys)
            _name(case.path_parameters, document, operation.definition.raw, keys)
        response = case.call(base_url=live.url, headers=headers, timeout=20)
        assert response.status_code < 500, case.as_curl_command()
        case.validate_response(response, checks=[not_a_server_error])
        documented = operation.definition.raw["responses"]
        assert str(response.status_code) in documented, (response.status_code, response.text[:300])

    run()


def _head(document: Mapping[str, Any], keys: Mapping[str, Any]) -> dict[str, str]:
    """The headers of all security schemes that say which credential they take."""
    head: dict[str, str] = {}
    for scheme in document.get("components", {}).get("securitySchemes", {}).values():
        secret = keys.get(scheme.get("x-credential", ""))
        if secret is None:
            continue
        if scheme.get("scheme") == "basic":
            token = base64.b64encode(f"{secret}:".encode()).decode()
            head.setdefault("Authorization", f"Basic {token}")
        elif scheme.get("scheme") == "bearer":
            head.setdefault("Authorization", f"Bearer {secret}")
        elif scheme.get("in") == "header":
            head.setdefault(scheme["name"], scheme.get("x-prefix", "") + secret)
    return head


def _name(
    named: dict[str, Any],
    document: Mapping[str, Any],
    operation: Mapping[str, Any],
    keys: Mapping[str, Any],
) -> None:
    """Put credentials into the parameters of a path that the document marks for them."""
    for parameter in operation.get("parameters", ()):
        known = document.get("components", {}).get("parameters", {})
        definition = known.get(parameter.get("$ref", "").rpartition("/")[2], parameter)
        if definition.get("in") == "path" and definition.get("x-credential") in keys:
            named[definition["name"]] = keys[definition["x-credential"]]


def _fill(
    body: Any, document: Mapping[str, Any], operation: Mapping[str, Any], keys: Mapping[str, Any]
) -> None:
    """Put credentials into the properties of a body that the document marks for them."""
    if not isinstance(body, dict):
        return
    for media in operation.get("requestBody", {}).get("content", {}).values():
        schema = media.get("schema", {})
        if "$ref" in schema:
            schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        for name, definition in schema.get("properties", {}).items():
            if isinstance(definition, dict) and definition.get("x-credential") in keys:
                body[name] = keys[definition["x-credential"]]
