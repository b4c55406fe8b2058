"""Reading bodies and queries as the vendor's router does: what it cannot read is empty."""

from typing import Any
from urllib.parse import parse_qsl

from tellback.dialects.contract import HttpRequest, MalformedBody
from tellback.dialects.parsing import read_json
from tellback.dialects.rocketchat.refusals import BadQuery

_UNDECODABLE = "\ufffd"


def read_body(request: HttpRequest) -> Any:
    """The value of a body. One that cannot be read is an empty object, so that it lacks all."""
    media = request.headers.get("content-type", "").lower()
    if "application/json" in media:
        try:
            return read_json(request.body)
        except MalformedBody:
            return {}
    if "application/x-www-form-urlencoded" in media:
        text = request.body.decode("utf-8", "replace")
        return dict(parse_qsl(text, keep_blank_values=True))
    return {}


def read_query(request: HttpRequest) -> dict[str, Any]:
    """The query's parameters; those that are repeated, or written ``name[]``, as lists."""
    found: dict[str, Any] = {}
    for name, value in request.query:
        if _UNDECODABLE in name or _UNDECODABLE in value:
            raise BadQuery
        bare = name.partition("[")[0]
        if bare != name:
            found[bare] = [*_listed(found.get(bare)), value]
        elif name in found:
            found[name] = [*_listed(found[name]), value]
        else:
            found[name] = value
    return found


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
