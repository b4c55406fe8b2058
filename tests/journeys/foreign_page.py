"""Somebody else's page with the widget on it, from another origin and under a strict policy."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from tests.serving import serving

#: Nothing but the widget: neither inline code and styles, nor anything of the page's own.
_POLICY = "default-src 'none'; script-src {url}; connect-src {url}; base-uri 'none'"
_PAGE = """<!doctype html>
<html lang="{lang}"><head><meta charset="utf-8"><title>A shop</title>
<meta name="color-scheme" content="{schemes}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<script async src="{url}/-/widget.js" data-key="{key}"{attributes}></script></head>
<body><main><h1>Bicycles</h1>
<p><button type="button">Buy</button></p>{more}</main></body></html>"""


@contextmanager
def foreign_page(
    url: str,
    key: str,
    *,
    more: str = "",
    lang: str = "en",
    schemes: str = "light dark",
    attributes: Mapping[str, str] = {},
) -> Iterator[str]:
    """A site of which every address shows the page; its own address."""
    given = "".join(f' {name}="{value}"' for name, value in attributes.items())
    page = _PAGE.format(url=url, key=key, attributes=given, more=more, lang=lang, schemes=schemes)
    body = page.encode()
    policy = _POLICY.format(url=url)

    async def site(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        found = b"" if scope["path"] == "/favicon.ico" else body
        headers = [
            (b"content-type", b"text/html; charset=utf-8"),
            (b"content-security-policy", policy.encode()),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": found})

    with serving(site) as base:
        yield base
