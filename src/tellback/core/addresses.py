"""E-mail addresses and IP addresses, as far as rules about them are ours."""

import re
from ipaddress import IPv6Address, ip_address, ip_network

MAX_ADDRESS = 75
_LOCAL = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
_LABEL = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_OCTET = r"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
_IPV4 = re.compile(rf"((?:{_OCTET}\.){{3}}){_OCTET}\Z", re.ASCII)
_ADDRESS = re.compile(rf"({_LOCAL})@({_LABEL}(?:\.{_LABEL})+)\Z")


def normalise_address(text: object, longest: int = MAX_ADDRESS) -> str | None:
    """The address in the form that we compare (lower case, no white space); None when it is none.

    ASCII local parts (RFC 5321 dot-atoms) and domains in letters of any script.
    """
    if not isinstance(text, str) or len(text) > longest or not _ADDRESS.match(text):
        return None
    return text.lower()


def domain_of(address: str) -> str:
    """The part after the last ``@``."""
    return address.rpartition("@")[2]


def private_ip(text: str | None, privacy: str) -> str | None:
    """An IP address as the project's privacy setting lets it be kept.

    ``truncated`` keeps /24 of IPv4 and /48 of IPv6; ``none`` keeps nothing.
    """
    if not text or privacy == "none":
        return None
    found = _IPV4.match(text)
    if found:
        return text if privacy == "full" else f"{found[1]}0"
    try:
        address = IPv6Address(text)
    except ValueError:
        return None
    return str(address if privacy == "full" else IPv6Address(int(address) >> 80 << 80))


def visitor_network(peer: str) -> str:
    """What stands for one visitor's address in limits: IPv6 hands out whole /64 networks."""
    try:
        address = ip_address(peer)
    except ValueError:
        return peer
    prefix = 64 if address.version == 6 else 32
    return str(ip_network((address, prefix), strict=False).network_address)
