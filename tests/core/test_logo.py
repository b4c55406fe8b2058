"""Which pictures may be a logo."""

import struct

import pytest

from tellback.core.errors import Invalid
from tellback.core.logo import MAX_LOGO, NAME, logo_name, media_type_of

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9z"/>%s</svg>'


def png(width: int = 9, height: int = 9) -> bytes:
    return b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", width, height) + b"\x08" * 9


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (png(), "image/png"),
        (b"\xff\xd8\xff\xe0" + b"0" * 99, "image/jpeg"),
        (SVG % b"", "image/svg+xml"),
        (b'<?xml version="1.0"?>\n<!-- drawn -->\n' + SVG % b"", "image/svg+xml"),
        (SVG % b'<use href="#a"/><style>.a{fill:red}</style>', "image/svg+xml"),
        (SVG % b'<image href="data:image/png;base64,AA=="/>', "image/svg+xml"),
    ],
)
def test_a_picture_is_known_by_what_is_in_it(data: bytes, media_type: str) -> None:
    name = logo_name(data)
    assert NAME.fullmatch(name)
    assert media_type_of(name) == media_type
    assert logo_name(data) == name


@pytest.mark.parametrize(
    "inside",
    [
        b"<script>alert(1)</script>",
        b"<SCRIPT/>",
        b"<svg:script/>",
        b'<g onload="alert(1)"/>',
        b'<g\nonclick = "x"/>',
        b'<g/onload="x"/>',
        b'<a href="javascript:alert(1)"><path/></a>',
        b'<image href="https://example.com/x.png"/>',
        b'<image xlink:href="data:text/html,x"/>',
        b"<foreignObject><p/></foreignObject>",
        b"<style>@import 'https://example.com/x.css'</style>",
        b"<set attributeName='href' to='x'/>",
        b"<animate attributeName='href' to='x'/>",
    ],
)
def test_a_drawing_does_nothing_and_fetches_nothing(inside: bytes) -> None:
    with pytest.raises(Invalid):
        logo_name(SVG % inside)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GIF89a",
        b"<html><svg></svg></html>",
        b'<!DOCTYPE svg [<!ENTITY x "y">]><svg/>',
        png(2001),
        png(9, 0),
        png() + b"0" * MAX_LOGO,
    ],
)
def test_anything_else_is_none(data: bytes) -> None:
    with pytest.raises(Invalid):
        logo_name(data)


@pytest.mark.parametrize(
    "data",
    [
        b'<?xml version="1.0" encoding="ISO-2022-JP"?><svg><scr\x1b(Bipt/></svg>',
        b"<svg><scr\x1b(Bipt/></svg>",
        b"<svg>\xff\xfe</svg>",
        b"<?xml version='1.0' encoding = 'utf-16'?><svg></svg>",
    ],
)
def test_nothing_hides_in_another_encoding(data: bytes) -> None:
    with pytest.raises(Invalid):
        logo_name(data)


def test_comments_before_a_drawing_are_gone_through_once() -> None:
    comments = b"<!--a--> <!-- b-c -->\n" * 1_000
    assert logo_name(comments + b'<svg xmlns="http://www.w3.org/2000/svg"/>').endswith(".svg")
    with pytest.raises(Invalid):
        logo_name(b"<!---->" * 5_000 + b"x")
