"""The format of a reply: by suffix, by Accept, by the request's own, or XML."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tellback.dialects.contract import HttpRequest, UnsupportedMediaType
from tellback.dialects.liveperson.formats import NotAcceptable, check, is_xml_body, wants_xml

JSON, XML = "application/json", "application/xml"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8"


def asked(suffix: str = "", accept: str = "", media: str = "", method: str = "PUT") -> HttpRequest:
    headers = {"accept": accept, "content-type": media}
    path = f"/api/account/1/chat/offlineSurvey{suffix}"
    known = {name: value for name, value in headers.items() if value}
    return HttpRequest(method, path, {}, (), known, "", "http://x")


@pytest.mark.parametrize(
    ("request_", "xml"),
    [
        (asked(), True),
        (asked(accept="*/*"), True),
        (asked(accept="*/*", media=JSON), False),
        (asked(media=f"{JSON}; charset=UTF-8"), False),
        (asked(media="text/xml"), True),
        (asked(media=JSON, method="GET"), True),
        (asked(accept=JSON), False),
        (asked(accept=JSON, media=XML), False),
        (asked(accept=XML, media=JSON), True),
        (asked(accept=f"{XML};q=0.2, {JSON}"), False),
        (asked(accept=f"{JSON};q=0, {XML};q=0.1"), True),
        (asked(accept=BROWSER), True),
        (asked(".json"), False),
        (asked(".json", accept=XML, media=XML), False),
        (asked(".xml", accept=JSON, media=JSON), True),
    ],
)
def test_what_the_reply_is_in(request_: HttpRequest, xml: bool) -> None:
    assert wants_xml(request_) == xml


@pytest.mark.parametrize("accept", ["text/html", f"{JSON};q=0", "image/*", "nonsense"])
def test_what_is_not_acceptable(accept: str) -> None:
    with pytest.raises(NotAcceptable):
        check(asked(accept=accept))
    check(asked(".json", accept=accept))


@pytest.mark.parametrize("media", ["text/plain", "multipart/form-data", "application/jsonp"])
def test_what_cannot_be_read(media: str) -> None:
    with pytest.raises(UnsupportedMediaType):
        check(asked(media=media))
    check(asked(media=media, method="GET"))


@pytest.mark.parametrize(
    ("media", "body", "xml"),
    [
        ("application/xml", b"{}", True),
        ("Text/XML; charset=utf-8", b"<a/>", True),
        (JSON, b"<a/>", False),
        ("", b" \n<a/>", True),
        ("", b"{}", False),
        ("", b"", False),
    ],
)
def test_what_a_body_is_in(media: str, body: bytes, xml: bool) -> None:
    request = asked(media=media)
    request.body = body
    assert is_xml_body(request) == xml


@given(st.text(st.characters(codec="latin-1"), max_size=30), st.sampled_from(["", ",", ";q="]))
def test_any_header_is_understood_or_refused(text: str, joint: str) -> None:
    request = asked(accept=f"{JSON}{joint}{text}")
    assert wants_xml(request) in (True, False)
