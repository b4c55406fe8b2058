"""Addresses as they are compared, and as much of them as may be kept."""

from ipaddress import IPv4Address, IPv6Address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tellback.core.addresses import domain_of, normalise_address, private_ip


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Alice@Example.ORG", "alice@example.org"),
        ("a.b+c@sub.example.org", "a.b+c@sub.example.org"),
        ("jan@bücher.example", "jan@bücher.example"),
        ("alice", None),
        ("alice@example", None),
        ("a..b@example.org", None),
        (".a@example.org", None),
        ("a b@example.org", None),
        ("a@example.org\n", None),
        ("a@-example.org", None),
        ("x" * 64 + "@example.org", None),
        (5, None),
        (None, None),
    ],
)
def test_addresses(text: object, kept: str | None) -> None:
    assert normalise_address(text) == kept


def test_the_longest_address_is_the_caller_s_affair() -> None:
    assert normalise_address("x" * 64 + "@example.org", 76) is not None


def test_the_domain() -> None:
    assert domain_of("a@b@example.org") == "example.org"


@pytest.mark.parametrize(
    ("text", "privacy", "kept"),
    [
        ("203.0.113.9", "full", "203.0.113.9"),
        ("203.0.113.9", "truncated", "203.0.113.0"),
        ("203.0.113.9", "none", None),
        ("2001:DB8:1:2:3::4", "full", "2001:db8:1:2:3::4"),
        ("2001:db8:1:2:3::4", "truncated", "2001:db8:1::"),
        ("", "full", None),
        (None, "full", None),
        ("testclient", "full", None),
        ("256.0.0.1", "full", None),
        ("1.2.3", "full", None),
        ("1.2.3.4.5", "full", None),
        ("01.2.3.4", "full", None),
        ("1.2.3.4\n", "full", None),
        ("١.2.3.4", "full", None),
    ],
)
def test_what_is_kept_of_a_visitor_s_address(
    text: str | None, privacy: str, kept: str | None
) -> None:
    assert private_ip(text, privacy) == kept


@given(st.ip_addresses())
def test_truncation_is_that_of_networks(address: IPv4Address | IPv6Address) -> None:
    prefix = 24 if address.version == 4 else 48
    network = ip_network((address, prefix), strict=False)
    assert private_ip(str(address), "truncated") == str(network.network_address)


@given(st.text(max_size=20))
def test_nothing_breaks_it(text: str) -> None:
    assert normalise_address(text) in (None, text.lower())
    assert private_ip(text, "full") is None or "." in text or ":" in text
