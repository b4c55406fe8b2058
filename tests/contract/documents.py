"""Holds a reply against the dialect's openapi.yaml."""

from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
import yaml

from tellback import dialects
from tellback.dialects.contract import Route
from tests.contract.asgi import Reply


@cache
def document_of(dialect: str) -> Any:
    """A dialect's OpenAPI document."""
    homes = (Path(home, dialect, "openapi.yaml") for home in dialects.__path__)
    return yaml.safe_load(next(path for path in homes if path.exists()).read_text("utf-8"))


def undocumented(dialect: str, route: Route, reply: Reply) -> list[str]:
    """What a reply says that the document does not."""
    document = document_of(dialect)
    operation = document["paths"][route.path][route.method.lower()]
    response = operation["responses"].get(str(reply.status))
    if response is None:
        return [f"{reply.status} is not a documented status"]
    response = _resolve(document, response)
    found = [
        f"there is no header {name}, which is documented"
        for name, header in response.get("headers", {}).items()
        if _resolve(document, header).get("required") and name.lower() not in reply.headers
    ]
    media = reply.headers.get("content-type", "").partition(";")[0]
    content = response.get("content", {})
    if reply.body and media not in content:
        return [*found, f"{media or 'a body'} is not documented for {reply.status}"]
    if not reply.body or "json" not in media:
        return found
    schema = {"components": document.get("components", {}), **content[media].get("schema", {})}
    errors = jsonschema_rs.validator_for(schema).iter_errors(reply.json())
    return found + [f"{error.message} at {error.instance_path}" for error in errors]


def _resolve(document: Any, value: Any) -> Any:
    if "$ref" not in value:
        return value
    for part in value["$ref"].removeprefix("#/").split("/"):
        document = document[part]
    return document
