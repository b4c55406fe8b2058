"""A project's settings as groups of fields; what each means and may be, the core knows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tellback.core.model import Project
from tellback.core.settings import SETTINGS, ProjectSettings, Switch

#: The group of what people see, which has a picture of it beside its fields.
LOOK = "look"
#: The groups in their order: key, title, what it is about, and the settings in it.
_GROUPS: Sequence[tuple[str, str, str, tuple[str, ...]]] = (
    (
        "project",
        "The project",
        "How it names itself, and which days and language it goes by.",
        ("time_zone", "language"),
    ),
    (
        LOOK,
        "Look",
        "What people know you by: on survey pages, in mails and in the widget.",
        ("brand", "colour", "logo"),
    ),
    (
        "sender",
        "Mails",
        "Who they come from, and how many may go.",
        ("from_address", "reply_to", "quota_per_hour", "quota_per_day", "quota_balance"),
    ),
    (
        "throttle",
        "Not too often",
        "How often one person is asked, over all surveys and channels together.",
        ("throttle_per_day", "throttle_per_week", "throttle_per_month", "change_of_mind_hours"),
    ),
    (
        "chat",
        "Conversations",
        "What is asked when a conversation ends.",
        (
            "close_survey",
            "close_channel",
            "close_delay_minutes",
            "close_sample",
            "close_messages",
            "ask_in_chat",
            "visitors_may_close",
        ),
    ),
    (
        "privacy",
        "Privacy and keeping",
        "What is kept of people, and for how long.",
        (
            "ip_privacy",
            "keep_signals_days",
            "keep_events_days",
            "keep_rejected_days",
            "keep_webhook_days",
        ),
    ),
)
_REST = ("more", "Everything else", "Limits of callers, webhooks, and what is counted ahead.")
_WIRES = (
    "wires",
    "Switches of the wires",
    "How a wire answers, where its vendor's own servers differ.",
)
#: What is not typed in as it is.
_KINDS = {"colour": "colour", "logo": "picture"}
#: What the names alone do not say well.
_LABELS = {
    "brand": "Name for respondents",
    "colour": "Colour",
    "from_address": "Sender's address",
    "reply_to": "Replies go to",
    "throttle_per_day": "Asks per person and day",
    "throttle_per_week": "Asks per person and week",
    "throttle_per_month": "Asks per person and month",
    "quota_per_hour": "Mails per hour",
    "quota_per_day": "Mails per day",
    "quota_balance": "Mails left",
    "change_of_mind_hours": "Hours to change an answer",
    "ip_privacy": "IP addresses",
    "ask_in_chat": "Callers may ask in chats",
    "visitors_may_close": "Visitors may close conversations",
    "close_survey": "Survey at the end of a conversation",
    "close_channel": "Asked by",
    "close_delay_minutes": "Minutes after the end",
    "close_sample": "Per cent that are asked",
    "close_messages": "Messages at least",
    "webhook_url": "Webhook address",
    "rolled_properties": "Properties counted ahead",
    "resend_unknown": "Resend after a crash",
    "allow_force": "Callers may force",
    "calls_per_hour": "Calls per hour and key",
    "keep_rejected_days": "Days that refused input is kept",
    "keep_webhook_days": "Days that the webhook's log is kept",
    "keep_signals_days": "Days that single opens are kept",
    "keep_events_days": "Days that events are kept",
}


@dataclass(frozen=True, slots=True)
class Choice:
    """What a setting may be: the text that says so, and how it is shown."""

    text: str
    shown: str


@dataclass(frozen=True, slots=True)
class Field:
    """One setting in a form. ``text`` is its value, ``default`` is what it would be untouched."""

    name: str
    label: str
    about: str
    kind: str
    text: str
    default: str
    choices: Sequence[Choice] = ()
    problem: str | None = None

    @property
    def changed(self) -> bool:
        """Whether it is not as it would be untouched."""
        return self.text != self.default

    @property
    def untouched(self) -> str:
        """The default in words."""
        shown = {choice.text: choice.shown for choice in self.choices}
        return (
            shown.get(self.default)
            or self.default
            or ("no limit" if self.kind == "limit" else "empty")
        )


@dataclass(frozen=True, slots=True)
class FieldGroup:
    """Settings that belong together, and are saved together."""

    key: str
    title: str
    about: str
    fields: Sequence[Field]


def groups_of(
    project: Project,
    switches: Mapping[str, Switch],
    given: Mapping[str, str] | None = None,
    problems: Mapping[str | None, str] | None = None,
) -> list[FieldGroup]:
    """All settings. ``given`` are texts that were sent and not taken, for their ``problems``."""
    given, problems = given or {}, problems or {}
    grouped = {name for _, _, _, names in _GROUPS for name in names}
    rest = tuple(name for name in SETTINGS if name not in grouped)

    def fields(names: Sequence[str]) -> list[Field]:
        return [_field(project.settings, name, given, problems) for name in names]

    found = [FieldGroup(key, title, about, fields(names)) for key, title, about, names in _GROUPS]
    found.append(FieldGroup(*_REST, fields(rest)))
    wires = [
        _switch(project.settings, name, switch, given, problems)
        for name, switch in switches.items()
    ]
    return [*found, FieldGroup(*_WIRES, wires)] if wires else found


def text_of(value: object) -> str:
    """A setting's value as the text that says so."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _field(
    settings: ProjectSettings,
    name: str,
    given: Mapping[str, str],
    problems: Mapping[str | None, str],
) -> Field:
    item = SETTINGS[name]
    choices = [Choice(text, text.capitalize()) for text in item.metadata["choices"]]
    if item.type is bool:
        choices = [Choice("true", "Yes"), Choice("false", "No")]
    number = "number" if item.type is int else "limit"
    kind = "choice" if choices else "text" if item.type is str else number
    kind = _KINDS.get(name, kind)
    return Field(
        name,
        _LABELS.get(name, name.replace("_", " ").capitalize()),
        item.metadata["about"],
        kind,
        given.get(name, text_of(getattr(settings, name))),
        text_of(item.default),
        choices,
        problems.get(name),
    )


def _switch(
    settings: ProjectSettings,
    name: str,
    switch: Switch,
    given: Mapping[str, str],
    problems: Mapping[str | None, str],
) -> Field:
    default = switch.choices[0]
    text = given.get(name, settings.switches.get(name, default))
    choices = [] if switch.free else [Choice(one, one) for one in switch.choices]
    kind = "choice" if choices else "text"
    return Field(name, name, switch.about, kind, text, default, choices, problems.get(name))
