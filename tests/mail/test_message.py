"""A filled-in message, parsed back by the standard library, says exactly what was put in."""

import re
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from html import escape

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tellback.mail.address import Mailbox, ascii_address
from tellback.mail.errors import AddressRefused, HeaderRefused
from tellback.mail.message import CompiledMessage, Slot

ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=400)
AWKWARD = st.text(st.sampled_from("=. \t\r\nFrom é😀-_?"), max_size=200)
HEADER_TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=120)
MESSAGE_ID = "<0198c0ffee.1@tellback.example>"


def compiled(text: list[str | Slot], html: list[str | Slot], **headers: object) -> CompiledMessage:
    values = {
        "From": Mailbox("ask@shop.example", "Shop"),
        "To": Slot("to"),
        "Subject": "How was it?",
        "Message-ID": Slot("message_id"),
    }
    return CompiledMessage.compile(list((values | headers).items()), text, html)


def filled(message: CompiledMessage, **values: str) -> bytes:
    return message.fill({"to": "alice@example.org", "message_id": MESSAGE_ID} | values)


def parsed(raw: bytes) -> EmailMessage:
    message = message_from_bytes(raw, policy=default)
    assert isinstance(message, EmailMessage)
    assert not message.defects
    return message


def body(message: EmailMessage, subtype: str) -> str:
    part = message.get_body((subtype,))
    assert part is not None
    assert not part.defects
    return part.get_payload(decode=True).decode().replace("\r\n", "\n")


def lines_of(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


@given(ANY_TEXT | AWKWARD, ANY_TEXT | AWKWARD)
@example("From here\n.\n..\nFrom there", ".")
@example("=" * 500, "=3D" * 100)
@example("x" * 74 + " \n" + "y" * 75 + ".", "😀" * 60)
@example("  \n\t\n \r\n\r", "--=_tellback_alternative--")
def test_bodies_come_back_exactly(literal: str, value: str) -> None:
    parts = [literal, Slot("v"), literal, Slot("v"), "end\n"]
    raw = filled(compiled(parts, parts), v=value)
    message = parsed(raw)
    line = lines_of(literal)
    assert body(message, "plain") == f"{line}{lines_of(value)}{line}{lines_of(value)}end\n"
    safe = escape(lines_of(value))
    assert body(message, "html") == f"{line}{safe}{line}{safe}end\n"


@given(AWKWARD, AWKWARD)
@example("." * 75 + "\n", "." * 76)
@example("From " + "x" * 70 + "\n", "From " + "x" * 71)
@example("x" * 72 + "é" + "=" * 3, "x" * 71 + "😀" * 20)
def test_no_line_is_too_long_or_needs_care_on_its_way(literal: str, value: str) -> None:
    raw = filled(compiled([literal, Slot("v"), literal], [Slot("v")]), v=value)
    assert raw.isascii()
    assert b"\r" not in raw.replace(b"\r\n", b"")
    assert b"\n" not in raw.replace(b"\r\n", b"")
    _head, _, content = raw.partition(b"\r\n\r\n")
    for line in content.split(b"\r\n"):
        assert len(line) <= 76
        assert not line.startswith((b".", b"From "))
        assert not line.endswith((b" ", b"\t"))


@given(HEADER_TEXT)
@example("=?utf-8?q?not_encoded?=")
@example("two  blanks, ends with one ")
@example("a very long line of plain words " * 8)
@example("Wie war Ihr Einkauf bei Müller & Söhne? Erzählen Sie uns davon! 🙂")
def test_a_subject_comes_back_exactly(subject: str) -> None:
    raw = filled(compiled(["t"], ["h"], Subject=Slot("subject")), subject=subject)
    assert parsed(raw)["Subject"] == subject
    head = raw.partition(b"\r\n\r\n")[0]
    assert all(len(line) <= 78 for line in head.split(b"\r\n"))


@given(st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), max_size=60))
@example('Ann "the boss" O\\Neil, <ann@evil.example>')
@example("=?utf-8?q?x?=")
def test_an_ascii_name_comes_back_exactly(name: str) -> None:
    raw = filled(compiled(["t"], ["h"], From=Mailbox("ask@shop.example", name)))
    address = parsed(raw)["From"].addresses[0]
    assert (address.display_name, address.addr_spec) == (name.strip(), "ask@shop.example")


@pytest.mark.parametrize("name", ["Zoë", "株式会社テルバック", "متجر الأمل", "Ann, Ünal", "é" * 12])
def test_a_name_in_any_script_comes_back_exactly(name: str) -> None:
    raw = filled(compiled(["t"], ["h"], **{"Reply-To": Mailbox("ask@shop.example", name)}))
    assert parsed(raw)["Reply-To"].addresses[0].display_name == name


@pytest.mark.parametrize("bad", ["a\r\nBcc: x@y", "a\nb", "a\rb", "a\0b", "a\x7fb", "a\u2028b"])
@pytest.mark.parametrize("header", ["Subject", "Message-ID", "List-Unsubscribe", "To"])
def test_a_header_takes_no_line_break_or_control_character(header: str, bad: str) -> None:
    message = compiled(["t"], ["h"], **{header: Slot("v")})
    with pytest.raises((HeaderRefused, AddressRefused)):
        filled(message, v=bad)
    with pytest.raises((HeaderRefused, AddressRefused)):
        compiled(["t"], ["h"], **{header: bad})


def test_a_name_takes_no_line_break() -> None:
    with pytest.raises(HeaderRefused):
        compiled(["t"], ["h"], From=Mailbox("ask@shop.example", "Shop\r\nBcc: x@y.example"))


def test_a_token_header_stays_ascii_and_folds_only_at_blanks() -> None:
    links = f"<https://t.example/{'u' * 200}>, <mailto:{'m' * 60}@t.example>"
    message = compiled(["t"], ["h"], **{"List-Unsubscribe": Slot("v")})
    raw = filled(message, v=links)
    assert parsed(raw)["List-Unsubscribe"] == links
    assert b">,\r\n <mailto:" in raw
    for bad in ("<https://t.example/ü>", "", "x" * 1000):
        with pytest.raises(HeaderRefused):
            filled(message, v=bad)


def test_a_lone_surrogate_does_not_lose_the_mail() -> None:
    raw = filled(compiled([Slot("v"), "\n"], [Slot("v")]), v="a\ud800b")
    assert body(parsed(raw), "plain") == "a?b\n"


def test_html_slots_are_escaped_and_literals_are_not() -> None:
    raw = filled(compiled([Slot("v")], ["<b>", Slot("v"), "</b>"]), v="<i>\"&'")
    message = parsed(raw)
    assert body(message, "plain") == "<i>\"&'"
    assert body(message, "html") == "<b>&lt;i&gt;&quot;&amp;&#x27;</b>"


def test_a_missing_value_is_an_error() -> None:
    with pytest.raises(KeyError):
        filled(compiled([Slot("nobody_gave_this")], ["h"]))


def test_the_boundary_stands_only_between_parts() -> None:
    value = "--=_tellback_alternative\r\n=_tellback_alternative"
    raw = filled(compiled([Slot("v")], [Slot("v")]), v=value)
    assert len(re.findall(rb"--=_tellback_alternative", raw)) == 3
    assert parsed(raw).is_multipart()


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("alice@example.org", "alice@example.org"),
        ("a.b+tag@Example.ORG", "a.b+tag@Example.ORG"),
        ("bob@münchen.example", "bob@xn--mnchen-3ya.example"),
        ("bob@例え。テスト", "bob@xn--r8jz45g.xn--zckzah"),
        ("bob@straße.example", "bob@xn--strae-oqa.example"),
        ("bob@[127.0.0.1]", "bob@[127.0.0.1]"),
    ],
)
def test_domains_become_ascii(address: str, expected: str) -> None:
    assert ascii_address(address) == expected


@pytest.mark.parametrize(
    "address",
    [
        "",
        "alice",
        "@example.org",
        "alice@",
        "a b@example.org",
        "a@b@example.org",
        "alice@example.org>",
        "<alice@example.org>",
        "alice@exam ple.org",
        "alice@example.org\r\nRCPT TO:<x@y.example>",
        "älice@example.org",
        "alice@example..org",
        "alice@" + "ü" * 64 + ".example",
        "a" * 65 + "@example.org",
        "alice@" + "d." * 130 + "org",
        "alice@ü@ü.example",
        "alice@ß example.org",
    ],
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(AddressRefused):
        ascii_address(address)
