"""XML is read without its dangers and written so that it can be read."""

import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tellback.core.errors import TellbackError
from tellback.dialects.contract import MalformedBody
from tellback.dialects.parsing import Element, read_xml, write_xml

BILLION_LAUGHS = (
    b'<!DOCTYPE a [<!ENTITY a0 "ha">'
    + b"".join(b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 10))
    + b"]><a>&a9;</a>"
)
ATTACKS = {
    "billion laughs": BILLION_LAUGHS,
    "quadratic blowup": b'<!DOCTYPE a [<!ENTITY a "%s">]><a>%s</a>'
    % (b"x" * 50_000, b"&a;" * 50_000),
    "external entity": b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
    "external DTD": b'<!DOCTYPE a SYSTEM "http://127.0.0.1:1/x.dtd"><a/>',
    "parameter entity": b'<!DOCTYPE a [<!ENTITY % p SYSTEM "http://127.0.0.1:1/x"> %p;]><a/>',
    "empty DTD": b"<!DOCTYPE a><a/>",
    "undeclared entity": b"<a>&nbsp;</a>",
    "deep": b"<a>" * 300_000 + b"</a>" * 300_000,
    "deep and unclosed": b"<a>" * 300_000,
    "wide": b"<a>" + b"<b/>" * 300_000 + b"</a>",
    "huge attribute": b'<a b="%s"/>' % (b"x" * 1_000_000),
    "many attributes": b"<a %s/>" % b" ".join(b'a%d=""' % n for n in range(60_000)),
    "many huge attributes": b"<a %s/>"
    % b" ".join(b'a%d="%s"' % (n, b"x" * 4_000) for n in range(250)),
    "huge name": b"<" + b"a" * 1_000_000,
    "unclosed comment": b"<a><!--" + b"-" * 1_000_000,
    "attribute twice": b'<a b="" b=""/>',
    "two roots": b"<a/><b/>",
    "nothing": b"",
    "blank": b" \n ",
    "text": b"hello",
    "JSON": b'{"a": 1}',
    "NUL": b"<a>\0</a>",
    "control character": b"<a>&#1;</a>",
    "half of a character": b"<a>\xc3</a>",
    "UTF-32": "<a>é</a>".encode("utf-32"),
    "an encoding of Python": b'<?xml version="1.0" encoding="unicode_escape"?><a>\xff</a>',
}


@pytest.mark.parametrize("name", ATTACKS)
def test_what_is_no_plain_document_is_refused_quickly(name: str) -> None:
    started = time.process_time()
    with pytest.raises(MalformedBody):
        read_xml(ATTACKS[name])
    # Far from what a bomb takes, and far from what a busy machine can add.
    assert time.process_time() - started < 2


def test_reads_attributes_children_and_text() -> None:
    root = read_xml(
        b'\xef\xbb\xbf<?xml version="1.0" encoding="UTF-8"?>\n<!-- hello --><s id="4">'
        b"<q>\xc3\xa9 &lt; <![CDATA[<b>]]></q><x/><q/></s>"
    )
    assert (root.name, root.attributes) == ("s", {"id": "4"})
    assert [child.name for child in root.children] == ["q", "x", "q"]
    assert [child.text for child in root.all("q")] == ["é < <b>", ""]


def test_the_declared_encoding_does_not_count() -> None:
    """One body has one meaning, whatever it says of itself."""
    text = '<?xml version="1.0" encoding="ISO-8859-1"?><a>é</a>'
    assert [read_xml(text.encode(name)).text for name in ("utf-8", "utf-16")] == ["é", "é"]


def test_escapes_what_it_writes() -> None:
    root = Element("a", {"b": '<&>"\n\t\r'}, [Element("c", text="<&>\r\n")])
    assert write_xml(root) == (
        b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        b'<a b="&lt;&amp;&gt;&quot;&#10;&#9;&#13;"><c>&lt;&amp;&gt;&#13;\n</c></a>'
    )


def test_leaves_out_what_xml_does_not_know() -> None:
    assert read_xml(write_xml(Element("a", text="x\0\x08\ufffe\ud800y"))).text == "xy"


SPOKEN = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff")
    | st.sampled_from("\t\n\r"),
    max_size=20,
)
ELEMENTS = st.recursive(
    st.builds(Element, st.sampled_from("abc"), st.dictionaries(st.sampled_from("xyz"), SPOKEN)),
    lambda inner: st.builds(Element, st.sampled_from("abc"), children=st.lists(inner, max_size=3)),
    max_leaves=10,
) | st.builds(Element, st.just("a"), text=SPOKEN)


@given(ELEMENTS)
def test_what_is_written_is_read_again(element: Element) -> None:
    assert read_xml(write_xml(element)) == element


PIECES = [b"<a>", b"</a>", b"<a", b' b="', b'"', b">", b"/>", b"&amp;", b"&x;", b"<!DOCTYPE a"]
PIECES += [b"]>", b"<![CDATA[", b"]]>", b"<!--", b"-->", b"<?xml version='1.0'?>", b"<?x", b"\xff"]


@given(st.lists(st.sampled_from(PIECES) | st.binary(max_size=8), max_size=12))
def test_any_bytes_are_read_or_refused(parts: list[bytes]) -> None:
    with suppress(TellbackError):
        assert isinstance(read_xml(b"".join(parts)), Element)
