"""Addresses as mail headers and the SMTP envelope want them: plain ASCII."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from tellback.mail.encoding import encoded_words, refuse_controls
from tellback.mail.errors import AddressRefused

_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}")
_DOMAIN = re.compile(r"(?!-)[A-Za-z0-9_-]{1,63}(\.[A-Za-z0-9_-]{1,63})*|\[[0-9A-Fa-fIPv.:]+\]")
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+( [A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LONGEST = 254  # RFC 5321 section 4.5.3.1.3, without the angle brackets
_LONGEST_QUOTED_NAME = 60

# The standard library knows IDNA 2003, which turns these letters into others ("ß" into "ss") and
# would so send mail to somebody else's domain. IDNA 2008 keeps them.
_KEPT_BY_IDNA_2008 = frozenset("ßς")


@dataclass(frozen=True, slots=True)
class Mailbox:
    """An address with the name shown beside it."""

    address: str
    name: str = ""


@lru_cache(maxsize=1_000)
def ascii_address(address: str) -> str:
    """The address with its domain in punycode.

    Raises AddressRefused if it is none, or if its part before the "@" is not ASCII: only
    servers with SMTPUTF8 could take that, and their neighbours could not pass it on.
    """
    local, at, domain = address.rpartition("@")
    domain = domain if domain.isascii() else _punycode(domain, address)
    whole = f"{local}@{domain}"
    fits = at and len(whole) <= _LONGEST
    if not (fits and _LOCAL.fullmatch(local) and _DOMAIN.fullmatch(domain)):
        raise AddressRefused(address)
    return whole


def _punycode(domain: str, address: str) -> str:
    try:
        return ".".join(ascii_label(label) for label in re.split("[.。．｡]", domain))
    except UnicodeError as error:
        raise AddressRefused(address) from error


def ascii_label(label: str) -> str:
    """One label of a domain in punycode. Raises UnicodeError for what cannot be one."""
    if label.isascii():
        return label
    lower = unicodedata.normalize("NFC", label.lower())
    if _KEPT_BY_IDNA_2008.intersection(lower):
        return "xn--" + lower.encode("punycode").decode("ascii")
    return label.encode("idna").decode("ascii")


def address_words(_header: str, address: str) -> list[str]:
    """The one word of an address header without a name."""
    return [ascii_address(address)]


def mailbox_words(header: str, mailbox: Mailbox) -> list[str]:
    """The words of an address header: the name, quoted or encoded if it must be, then <address>."""
    refuse_controls(header, mailbox.name)
    address = f"<{ascii_address(mailbox.address)}>"
    name = mailbox.name.strip()
    if not name:
        return [address[1:-1]]
    if _ATOMS.fullmatch(name) and "=?" not in name:
        return [*name.split(" "), address]
    if name.isascii() and "=?" not in name and len(name) <= _LONGEST_QUOTED_NAME:
        return ['"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"', address]
    return [*encoded_words(name), address]
