"""Addresses: which are ones, and what is kept and counted of them."""

import pytest

from tellback.core.addresses import domain_of, normalise_address, private_ip, visitor_network


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Ada@Example.COM", "ada@example.com"),
        ("a.b+c@x.example", "a.b+c@x.example"),
        ("ada@münchen.example", "ada@münchen.example"),
        ("ada", None),
        ("ada@", None),
        ("@example.com", None),
        ("a..b@example.com", None),
        ("ada@example", None),
        ("ada@-example.com", None),
        ("ada@example.com\n", None),
        (" ada@example.com", None),
        ("a" * 64 + "@example.com", None),
        (5, None),
        (None, None),
    ],
)
def test_what_is_an_address(given: object, kept: str | None) -> None:
    assert normalise_address(given) == kept


def test_the_domain_is_behind_the_last_at() -> None:
    assert domain_of("ada@example.com") == "example.com"


@pytest.mark.parametrize(
    ("peer", "privacy", "kept"),
    [
        ("203.0.113.77", "truncated", "203.0.113.0"),
        ("203.0.113.77", "full", "203.0.113.77"),
        ("203.0.113.77", "none", None),
        ("2001:db8:1:2:3::4", "truncated", "2001:db8:1::"),
        ("not an address", "full", None),
        (None, "full", None),
    ],
)
def test_what_is_kept_of_an_ip_address(peer: str | None, privacy: str, kept: str | None) -> None:
    assert private_ip(peer, privacy) == kept


def test_a_visitor_is_an_address_or_an_ipv6_network() -> None:
    assert visitor_network("203.0.113.77") == "203.0.113.77"
    assert visitor_network("2001:db8:1:2:3::4") == visitor_network("2001:db8:1:2:ffff::1")
    assert visitor_network("2001:db8:1:2::1") != visitor_network("2001:db8:1:3::1")
    assert visitor_network("a socket") == "a socket"
