"""The address of an SMTP server as one URL."""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from tellback.mail.address import ascii_label

_SHAPE = "smtp://user:password@host:587?starttls=required or smtps://user:password@host:465"
_OPTIONS = {
    "starttls": ("auto", "required", "off"),
    "verify": ("on", "off"),
}
_HELLO = "hello"
_HOST = re.compile(r"[\w-]+(\.[\w-]+)*\.?|[0-9a-f:.]+(%\w+)?", re.ASCII)


class Security(StrEnum):
    """When the connection is encrypted."""

    TLS = "tls"
    REQUIRED = "required"
    AUTO = "auto"
    OFF = "off"


class SmtpUrlInvalid(ValueError):
    """The SMTP URL cannot be used."""


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """Where and how to reach a server. Times are in seconds.

    ``verify``: whether its certificate must be valid. ``hello`` is our name in EHLO, by default
    this machine's. ``content_timeout`` is long because a reply that is not waited for leaves a
    mail's fate unknown (RFC 5321 section 4.5.3.2.6 even asks for ten minutes).
    """

    host: str
    port: int
    security: Security
    verify: bool
    username: str | None = None
    password: str = field(default="", repr=False)
    hello: str | None = None
    connect_timeout: float = 20.0
    command_timeout: float = 60.0
    content_timeout: float = 300.0
    probe_after: float = 15.0
    messages_per_connection: int = 100


def parse_smtp_url(url: str) -> SmtpServer:
    """Read ``smtp://`` and ``smtps://`` URLs.

    With ``smtp``, STARTTLS is used where offered; it is required if there is a password, unless
    the URL says otherwise. Without a password, encryption that is merely used where offered checks
    no certificate: who could forge one could as well hide the offer.

    Raises SmtpUrlInvalid with what is allowed; the message never holds the password.
    """
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise SmtpUrlInvalid(f"The SMTP URL must look like {_SHAPE}.") from error
    options = _options(parts)
    security = _security(parts, options)
    unverified = security is Security.AUTO and not parts.username
    return SmtpServer(
        host=_host(parts),
        port=_port(parts) or {Security.TLS: 465}.get(security, 587 if parts.username else 25),
        security=security,
        verify=options.get("verify", "off" if unverified else "on") == "on",
        username=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password or ""),
        hello=options.get(_HELLO),
    )


def _security(parts: SplitResult, options: dict[str, str]) -> Security:
    if parts.scheme == "smtps":
        if "starttls" in options:
            raise SmtpUrlInvalid("smtps:// is encrypted from the start: leave out starttls.")
        return Security.TLS
    if parts.scheme != "smtp":
        raise SmtpUrlInvalid(f"The SMTP URL must look like {_SHAPE}.")
    return Security(options.get("starttls", "required" if parts.username else "auto"))


def _host(parts: SplitResult) -> str:
    if not parts.hostname:
        raise SmtpUrlInvalid(f"The SMTP URL names no host; it must look like {_SHAPE}.")
    if parts.path.strip("/") or parts.fragment:
        raise SmtpUrlInvalid(
            "The SMTP URL must end after host, port and options; "
            "write special characters of a password as %XX."
        )
    try:
        host = ".".join(map(ascii_label, parts.hostname.split(".")))
    except UnicodeError:
        host = ""
    if not _HOST.fullmatch(host):
        raise SmtpUrlInvalid(f"The SMTP URL's host is none: {parts.hostname!r}.")
    return host


def _port(parts: SplitResult) -> int | None:
    try:
        port = parts.port
    except ValueError:
        port = 0
    if port == 0:
        raise SmtpUrlInvalid("The SMTP URL's port must be a number from 1 to 65535.")
    return port


def _options(parts: SplitResult) -> dict[str, str]:
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    for name, value in options.items():
        if name != _HELLO and name not in _OPTIONS:
            raise SmtpUrlInvalid(
                f"Unknown option {name!r} in the SMTP URL; there are {[*_OPTIONS, _HELLO]}."
            )
        if name != _HELLO and value not in _OPTIONS[name]:
            raise SmtpUrlInvalid(f"{name} in the SMTP URL must be one of {list(_OPTIONS[name])}.")
    return options
