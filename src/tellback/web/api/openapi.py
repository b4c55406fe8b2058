"""The operations as an OpenAPI 3.1 document."""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.metadata import version
from typing import Any

import msgspec

from tellback.actions.write_once import KeyReused
from tellback.core.errors import (
    CredentialMissing,
    Internal,
    Invalid,
    NotPermitted,
    Overloaded,
    RateLimited,
    TellbackError,
)
from tellback.dialects.contract import (
    BodyTooLarge,
    MalformedBody,
    UnknownPath,
    UnsupportedMediaType,
)
from tellback.dialects.native import Scope
from tellback.web.api.operations import JSON, NDJSON, PREFIX, Operation
from tellback.web.api.problems import (
    KINDS,
    PROBLEM,
    KeyInUse,
    KeyMalformed,
    NotAcceptable,
    ProblemDetails,
    kind_of,
)
from tellback.web.api.shapes import Items

Json = dict[str, Any]
_REFS = "#/components/schemas/{name}"
_PARAMETER = re.compile(r"\{(\w+)\}")
_TEXT: Json = {"type": "string"}
_WHOLE: Json = {"type": "integer"}
_ABOUT = """\
Everything here is of the project that the key belongs to. Whatever another project has is not
there: the reply is that to a thing that does not exist.

Points in time are RFC 3339. Lists give `next` to go on from. Batches judge each item alone. Every
`POST` may carry an `Idempotency-Key`: for 24 hours, the same call again gets the same reply, and is
not carried out twice.\
"""
_IDEMPOTENCY: Json = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "names this call, so that sending it again does not do it again",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[ -~]+$"},
}
#: What every call may end with, and what only some may.
_ALL = (MalformedBody, NotAcceptable, Internal, Overloaded)
_KEYED = (CredentialMissing, NotPermitted, RateLimited)
_WITH_BODY = (BodyTooLarge, UnsupportedMediaType, Invalid)
_POSTED = (KeyMalformed, KeyInUse, KeyReused, BodyTooLarge)
_HEADERS: Mapping[int, Mapping[str, Json]] = {
    401: {"WWW-Authenticate": {"schema": _TEXT}},
    429: {"Retry-After": {"description": "in seconds", "schema": _WHOLE}},
    503: {"Retry-After": {"description": "in seconds", "schema": _WHOLE}},
}


def build(operations: Iterable[Operation]) -> Json:
    """The document."""
    listed = list(operations)
    schemas = _Schemas(listed)
    paths: dict[str, Json] = {}
    for operation in listed:
        item = paths.setdefault(operation.path, {})
        item[operation.method.lower()] = _operation(operation, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Tellback", "version": version("tellback"), "description": _ABOUT},
        "servers": [{"url": PREFIX}],
        "tags": [{"name": name} for name in dict.fromkeys(one.tag for one in listed)],
        "paths": paths,
        "components": {
            "schemas": schemas.components,
            "responses": _problems(schemas),
            "securitySchemes": {
                "key": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": f"A key of the project, with the scopes {', '.join(Scope)}; "
                    "who may manage may do everything.",
                    "x-credential": "manage_key",
                }
            },
        },
    }


class _Schemas:
    """The schemas of everything that the operations take and give."""

    def __init__(self, operations: Iterable[Operation]) -> None:
        types = [ProblemDetails]
        for one in operations:
            types += [t for t in (one.body, one.item, one.reply, one.line) if _has_schema(t)]
        self._types = list(dict.fromkeys(types))
        found, self.components = msgspec.json.schema_components(self._types, ref_template=_REFS)
        self._found = found

    def of(self, kind: Any) -> Json:
        """The schema of a type."""
        if not _has_schema(kind):
            return {"type": "object"} if kind is not Any else {}
        return self._found[self._types.index(kind)]


def _has_schema(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct) and kind is not Items


def _operation(operation: Operation, schemas: _Schemas) -> Json:
    told: Json = {
        "operationId": operation.name,
        "tags": [operation.tag],
        "summary": operation.summary,
        "security": [{"key": [str(operation.scope)]}] if operation.scope else [],
        "parameters": [*_path(operation), *_query(operation)],
        "responses": {str(operation.status): _success(operation, schemas)},
    }
    if operation.about:
        told["description"] = operation.about
    if operation.method == "POST":
        told["parameters"].append(_IDEMPOTENCY)
    if operation.body is not None:
        told["requestBody"] = {
            "required": not _may_be_empty(operation.body),
            "content": {
                kind: {"schema": _body(operation, kind, schemas)} for kind in operation.consumes
            },
        }
    for status, name in _refusals(operation).items():
        told["responses"][status] = {"$ref": f"#/components/responses/{name}"}
    return told


def _path(operation: Operation) -> list[Json]:
    return [
        {"name": name, "in": "path", "required": True, "schema": _TEXT}
        for name in _PARAMETER.findall(operation.path)
    ]


def _query(operation: Operation) -> list[Json]:
    known = msgspec.json.schema(operation.query)["$defs"]
    schema = known[operation.query.__name__]
    return [
        {
            "name": name,
            "in": "query",
            "required": name in schema["required"],
            "schema": _plain(one, known),
        }
        for name, one in schema["properties"].items()
    ]


def _plain(schema: Json, known: Mapping[str, Json]) -> Json:
    """A parameter's schema, whole. It is left out where it would be null."""
    kinds = [one for one in schema.get("anyOf", ()) if one != {"type": "null"}]
    if len(kinds) == 1:
        rest = {name: value for name, value in schema.items() if name not in ("anyOf", "default")}
        schema = {**rest, **kinds[0]}
    if "$ref" in schema:
        schema = known[schema["$ref"].rpartition("/")[2]]
    return schema


def _body(operation: Operation, media: str, schemas: _Schemas) -> Json:
    if media != JSON:
        return _TEXT
    if operation.body is not Items:
        return schemas.of(operation.body)
    items = {
        "type": "array",
        "maxItems": operation.most_items,
        "items": schemas.of(operation.item),
    }
    return {
        "type": "object",
        "properties": {"items": items},
        "required": ["items"],
        "additionalProperties": False,
    }


def _may_be_empty(kind: Any) -> bool:
    if not _has_schema(kind):
        return False
    return not any(field.required for field in msgspec.structs.fields(kind))


def _success(operation: Operation, schemas: _Schemas) -> Json:
    told: Json = {"description": operation.summary, "headers": _limits(operation)}
    if operation.method == "POST":
        replayed = {"description": "the reply to an earlier call", "schema": {"const": "true"}}
        told["headers"]["Idempotency-Replayed"] = replayed
    if operation.status != 204:
        told["content"] = {kind: _content(operation, kind, schemas) for kind in operation.produces}
    return told


def _content(operation: Operation, media: str, schemas: _Schemas) -> Json:
    if media == JSON:
        return {"schema": schemas.of(operation.reply)}
    if media == NDJSON:
        return {"schema": _TEXT, "x-line": schemas.of(operation.line)}
    return {"schema": _TEXT}


def _limits(operation: Operation) -> Json:
    if operation.scope is None:
        return {}
    return {
        name: {"description": about, "schema": _TEXT}
        for name, about in (
            ("RateLimit-Policy", "calls per hour and key"),
            ("RateLimit", "where the key stands"),
        )
    }


def _refusals(operation: Operation) -> dict[str, str]:
    """The statuses of what an operation may end with, and the names of their descriptions."""
    errors: list[type[TellbackError]] = [*operation.refusals, *_ALL]
    if operation.scope is not None:
        errors += _KEYED
    if operation.body is not None:
        errors += _WITH_BODY
    if operation.method == "POST":
        errors += _POSTED
    if operation.method != "GET":
        errors.append(BodyTooLarge)
    if "{" in operation.path:
        errors.append(UnknownPath)
    statuses = sorted({kind_of(error).status for error in errors})
    return {str(status): f"problem_{status}" for status in statuses}


def _problems(schemas: _Schemas) -> Json:
    """What each status of a refusal means, with the kinds of problems that have it."""
    found: dict[int, list[str]] = {}
    for kind in dict.fromkeys(KINDS.values()):
        found.setdefault(kind.status, []).append(kind.title)
    schema = schemas.of(ProblemDetails)
    return {
        f"problem_{status}": {
            "description": "; ".join(dict.fromkeys(titles)),
            "headers": _HEADERS.get(status, {}),
            "content": {PROBLEM: {"schema": schema}},
        }
        for status, titles in sorted(found.items())
    }


@cache
def written(operations: tuple[Operation, ...]) -> bytes:
    """The document as JSON, made when it is first asked for."""
    return msgspec.json.format(msgspec.json.encode(build(operations)), indent=2) + b"\n"
