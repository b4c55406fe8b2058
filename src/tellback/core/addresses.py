"""E-mail addresses and IP addresses, as far as rules about them are ours."""

import re
from ipaddress import IPv4Address, IPv6Address

MAX_ADDRESS = 75
_LOCAL = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
_LABEL = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
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
    try:
        address = IPv6Address(text) if ":" in text else IPv4Address(text)
    except ValueError:
        return None
    if privacy == "full":
        return str(address)
    dropped = 8 if address.version == 4 else 80
    return str(type(address)(int(address) >> dropped << dropped))
