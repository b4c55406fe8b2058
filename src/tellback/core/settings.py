"""Everything that a project's owner may set, once: name, type, default, what it does.

`set_value` reads a setting from text, so that the command line and the pages share one rule.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any
from zoneinfo import ZoneInfo

from tellback.core.addresses import normalise_address
from tellback.core.errors import Fault, Invalid, Problem
from tellback.core.properties import name_problem
from tellback.core.webhooks import is_webhook_url


def _setting(default: Any, about: str, choices: tuple[str, ...] = ()) -> Any:
    return field(default=default, metadata={"about": about, "choices": choices})


@dataclass(frozen=True, slots=True)
class Switch:
    """A project setting that a wire brings along: its name, what it may be, what it does.

    The first choice is the default. It is set as ``<dialect>.<name>``. A ``free`` one takes any
    other text too.
    """

    name: str
    choices: tuple[str, ...]
    about: str
    free: bool = False


@dataclass(frozen=True, slots=True)
class ProjectSettings:
    """A project's settings. Limits of None mean unlimited.

    ``switches`` are what was chosen for those that the wires bring along, by their whole name.
    """

    time_zone: str = _setting("UTC", "IANA zone for days, weeks and months")
    language: str = _setting("en", "language of mails and pages when a person's is not known")
    brand: str = _setting("", "name shown to respondents; empty: the project's name")
    colour: str = _setting("", "colour of mails and pages, such as #0b7a75; empty: Tellback's")
    logo: str = _setting(
        "", "name of the logo, which Settings or `tellback project logo` sets; empty: none"
    )
    from_address: str = _setting("", "sender address of mails; empty: the server's")
    reply_to: str = _setting("", "where replies to mails go; empty: the sender")
    throttle_per_day: int | None = _setting(1, "asks per person in 24 hours, all channels")
    throttle_per_week: int | None = _setting(2, "asks per person in 7 days, all channels")
    throttle_per_month: int | None = _setting(4, "asks per person in 30 days, all channels")
    quota_per_hour: int | None = _setting(None, "mails per hour; more wait")
    quota_per_day: int | None = _setting(None, "mails per day; more wait")
    quota_balance: int | None = _setting(None, "mails that may still be sent in all")
    calls_per_hour: int = _setting(5000, "authenticated calls per hour and key")
    change_of_mind_hours: int = _setting(24, "how long a person may change a given answer")
    allow_force: bool = _setting(False, "let a caller skip duplicate and targeting checks")
    resend_unknown: bool = _setting(False, "send again where a crash hid whether mail went")
    ip_privacy: str = _setting(
        "truncated",
        "what is kept of addresses: full, truncated, none",
        ("full", "truncated", "none"),
    )
    ask_in_chat: bool = _setting(True, "let callers send surveys into closed conversations")
    visitors_may_close: bool = _setting(True, "let visitors close their own conversations")
    close_survey: str = _setting("", "survey asked when a conversation closes; empty: none")
    close_channel: str = _setting(
        "chat", "how that survey is asked: chat or email", ("chat", "email")
    )
    close_delay_minutes: int = _setting(0, "how long after the close that survey is asked")
    close_sample: int = _setting(100, "per cent of closed conversations that are asked")
    close_messages: int = _setting(0, "least messages of a closed conversation that is asked")
    webhook_url: str = _setting("", "where events are posted (docs/webhooks.md); empty: nowhere")
    rolled_properties: str = _setting(
        "", "properties of invitations that are counted ahead, up to 5, separated by commas"
    )
    keep_rejected_days: int = _setting(30, "how long refused input is kept, 1 to 3650 days")
    keep_webhook_days: int = _setting(
        30, "how long it is kept what the webhook was told, 1 to 3650 days"
    )
    keep_signals_days: int = _setting(
        365, "how long single opens and clicks are kept, 1 to 3650 days; what they showed stays"
    )
    keep_events_days: int = _setting(
        365,
        "how long it is kept what people did and were shown, 31 to 3650 days; its counts stay",
    )
    switches: Mapping[str, str] = field(default_factory=dict)

    def zone(self) -> ZoneInfo:
        """The project's time zone."""
        return ZoneInfo(self.time_zone)

    def rolled(self) -> tuple[str, ...]:
        """The properties that are counted ahead, each once."""
        names = (name.strip() for name in self.rolled_properties.split(","))
        return tuple(dict.fromkeys(name for name in names if name))


SETTINGS = {item.name: item for item in fields(ProjectSettings) if item.name != "switches"}
_UNLIMITED = frozenset({"", "none", "unlimited"})
#: Each costs one more pass over the days that have changed.
_MOST_ROLLED = 5
_MAX_ADDRESS = 254  # RFC 5321, section 4.5.3.1.3
#: The shape of BCP 47; which tags exist is not ours to say.
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*\Z")


def set_value(
    settings: ProjectSettings, name: str, text: str, switches: Mapping[str, Switch] | None = None
) -> ProjectSettings:
    """Settings with one changed, its value read from text; `Invalid` says what is allowed.

    ``switches`` are those of the wires, by their whole name.
    """
    if switches and name in switches:
        return _set_switch(settings, name, text.strip(), switches[name])
    if name not in SETTINGS:
        names = ", ".join((*SETTINGS, *(switches or ())))
        raise _invalid(name, f"no such setting; there are {names}")
    change: dict[str, Any] = {name: _read(name, text.strip())}
    changed = replace(settings, **change)
    _check(changed, name)
    return changed


def _set_switch(settings: ProjectSettings, name: str, text: str, switch: Switch) -> ProjectSettings:
    if text not in switch.choices and not switch.free:
        raise _invalid(name, f"must be one of {', '.join(switch.choices)}")
    return replace(settings, switches={**settings.switches, name: text})


def _read(name: str, text: str) -> object:
    kind = SETTINGS[name].type
    if kind is bool:
        if text.lower() not in {"true", "false"}:
            raise _invalid(name, "must be true or false")
        return text.lower() == "true"
    if kind is str:
        return text
    if kind is not int and text.lower() in _UNLIMITED:
        return None
    return _read_int(name, text)


def _read_int(name: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 12):
        raise _invalid(name, "must be a whole number of 0 or more")
    return int(text)


def _check(settings: ProjectSettings, name: str) -> None:
    if name == "time_zone":
        try:
            settings.zone()
        except (KeyError, ValueError, OSError):
            raise _invalid(name, "must be an IANA time zone such as Europe/Berlin") from None
    value, choices = getattr(settings, name), SETTINGS[name].metadata["choices"]
    if choices and value not in choices:
        raise _invalid(name, f"must be {', '.join(choices[:-1])} or {choices[-1]}")
    if name in _RULES and not _RULES[name][0](value):
        raise _invalid(name, _RULES[name][1])


def _is_address(value: str) -> bool:
    return not value or normalise_address(value, _MAX_ADDRESS) is not None


def _are_properties(value: str) -> bool:
    names = [name.strip() for name in value.split(",") if name.strip()]
    return len(names) <= _MOST_ROLLED and not any(name_problem(name) for name in names)


#: Six digits: what mail programs and pages both understand.
COLOUR = re.compile(r"#[0-9a-f]{6}\Z")
_Rule = tuple[Callable[[Any], bool], str]
_ADDRESS: _Rule = (_is_address, "must be an e-mail address, or empty")
_DAYS: _Rule = (lambda value: 1 <= value <= 3650, "must be 1 to 3650")
_RULES: dict[str, _Rule] = {
    "brand": (
        lambda value: all(ord(char) >= 32 for char in value),
        "must not contain control characters",
    ),
    "colour": (
        lambda value: not value or COLOUR.match(value) is not None,
        "must be # and six digits 0 to 9 and a to f, or empty",
    ),
    "calls_per_hour": (lambda value: value >= 1, "must be at least 1"),
    "close_sample": (lambda value: value <= 100, "must be a percentage, 0 to 100"),
    "from_address": _ADDRESS,
    # The throttle asks for those of a month.
    "keep_events_days": (lambda value: 31 <= value <= 3650, "must be 31 to 3650"),
    "keep_rejected_days": _DAYS,
    "keep_signals_days": _DAYS,
    "keep_webhook_days": _DAYS,
    "logo": (
        lambda value: not value,
        "must be a picture, given on the Settings page or to `tellback project logo`",
    ),
    "language": (
        lambda value: LANGUAGE.match(value) is not None,
        "must be a language tag such as en or pt-BR",
    ),
    "reply_to": _ADDRESS,
    "rolled_properties": (
        _are_properties,
        f"must be up to {_MOST_ROLLED} names of properties, separated by commas",
    ),
    "webhook_url": (
        lambda value: not value or is_webhook_url(value),
        "must be an http(s) URL without user and password, and of no link-local or metadata "
        "address, or empty",
    ),
}


def _invalid(name: str, rule: str) -> Invalid:
    return Invalid(Problem(Fault.VALUE, rule, name))
