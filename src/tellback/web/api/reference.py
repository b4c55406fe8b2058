"""The API's own description: for programs, and for people."""

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from tellback.web.api.openapi import Json, build, written
from tellback.web.api.operations import PREFIX, Call, Operation, Reply
from tellback.web.api.problems import KINDS
from tellback.web.pages import HEADERS, HOME

HTML = "text/html"
_CODE = re.compile(r"`{1,2}([^`]+)`{1,2}")
_PAGE = "text/html; charset=utf-8"


def describing(operations: tuple[Operation, ...]) -> tuple[Operation, ...]:
    """The operations that describe those; they need no key."""

    async def document(_call: Call) -> Reply:
        return Reply(body=written(operations))

    async def page(_call: Call) -> Reply:
        return Reply(body=_rendered(operations), content_type=_PAGE, headers=HEADERS)

    return (
        Operation(
            "GET",
            "/openapi.json",
            "get_document",
            "Reference",
            "This description, as OpenAPI 3.1",
            None,
            document,
        ),
        Operation(
            "GET",
            "/docs",
            "get_reference",
            "Reference",
            "This description, for people",
            None,
            page,
            produces=(HTML,),
        ),
    )


@cache
def _rendered(operations: tuple[Operation, ...]) -> bytes:
    """The page, made when it is first asked for."""
    environment = Environment(
        loader=FileSystemLoader(HOME / "templates" / "api"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(kind=kind_text, ref=name_of, marked=_marked)
    document = build(operations)
    page = environment.get_template("reference.html").render(
        document=document,
        prefix=PREFIX,
        groups=_groups(document),
        problems=list(dict.fromkeys(KINDS.values())),
    )
    return page.encode()


def _groups(document: Json) -> list[tuple[str, list[Json]]]:
    """The operations by their nouns, each with its method and path."""
    groups: dict[str, list[Json]] = {}
    for path, item in document["paths"].items():
        for method, operation in item.items():
            told = {**operation, "method": method.upper(), "path": path}
            groups.setdefault(operation["tags"][0], []).append(told)
    return list(groups.items())


def _marked(text: str) -> Markup:
    """A text with what stands between marks as code: ``name`` or `name`."""
    parts = _CODE.split(" ".join(text.split()))
    shown = (
        Markup("<code>{}</code>").format(part) if n % 2 else part for n, part in enumerate(parts)
    )
    return Markup().join(shown)


def name_of(schema: Json) -> str | None:
    """The name of the schema that one refers to, itself or in its members."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    inner: Sequence[Any] = [
        schema.get("items", {}),
        *schema.get("anyOf", ()),
        *schema.get("properties", {}).values(),
    ]
    return next((name for one in inner if one and (name := name_of(one))), None)


def kind_text(schema: Json) -> str:
    """What a schema takes, in a few words."""
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(kind_text(one) for one in schema["anyOf"]))
    if "enum" in schema:
        return ", ".join(str(value) for value in schema["enum"])
    if "$ref" in schema:
        return str(name_of(schema))
    if schema.get("type") == "array":
        return f"list of {kind_text(schema.get('items', {}))}"
    words = [schema.get("format") or schema.get("type") or "anything"]
    low, high = schema.get("minimum"), schema.get("maximum")
    if low is not None and high is not None:
        words.append(f"{low} to {high}")
    if schema.get("maxLength"):
        words.append(f"at most {schema['maxLength']} characters")
    return ", ".join(words)
