"""The key's own project: what it is called, and how it is set."""

from dataclasses import asdict
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from tellback.actions.change_settings import ChangeSettings, change_settings
from tellback.core.model import Project
from tellback.core.settings import SETTINGS
from tellback.dialects.native import Scope
from tellback.dialects.registry import switches_of
from tellback.web.api.operations import Call, Operation, Reply, Write, as_json, only
from tellback.web.api.shapes import Instant, instant

_Setting = Annotated[str, Meta(max_length=1_000)]
_Number = Annotated[int, Meta(ge=0, le=999_999_999_999)]
#: What a setting may be by the type that it has; the rules for each are the core's.
_TYPES: dict[Any, Any] = {
    str: _Setting,
    int: _Number,
    bool: bool,
    int | None: _Number | None,
}

SettingsChange: Any = msgspec.defstruct(
    "SettingsChange",
    [
        *(
            (
                name,
                Annotated[_TYPES[item.type], Meta(description=item.metadata["about"])] | UnsetType,
                UNSET,
            )
            for name, item in SETTINGS.items()
        ),
        ("switches", dict[str, str], msgspec.field(default_factory=dict)),
    ],
    forbid_unknown_fields=True,
    omit_defaults=True,
    namespace={"__doc__": "New values of settings; the others stay. A limit of null is none."},
)


class ProjectChange(Struct, forbid_unknown_fields=True):
    """What is to be different in a project."""

    settings: SettingsChange


class ProjectView(Struct):
    """A project."""

    id: str
    name: str
    slug: str
    created_at: Instant | None
    settings: dict[str, str | int | bool | dict[str, str] | None]


async def get(call: Call) -> Reply:
    """The key's own project."""
    return as_json(_view(call.project))


async def change(call: Call) -> Write:
    """Change settings, all that are given or none."""
    given: dict[str, Any] = msgspec.structs.asdict(call.body.settings)
    switches = given.pop("switches")
    texts = {name: _text(value) for name, value in given.items() if value is not UNSET}
    command = ChangeSettings({**texts, **switches}, switches_of(call.dialects))

    def reply(outcomes: list[Any]) -> Reply:
        return as_json(_view(only(outcomes)))

    return Write(change_settings, [(call.project, command)], reply)


def _text(value: Any) -> str:
    """A value as the rules for settings read it."""
    if value is None:
        return "none"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _view(project: Project) -> ProjectView:
    return ProjectView(
        id=project.id,
        name=project.name,
        slug=project.slug,
        created_at=instant(project.created_at),
        settings=asdict(project.settings),
    )


OPERATIONS = (
    Operation(
        "GET",
        "/projects/me",
        "get_project",
        "Project",
        "The key's own project",
        Scope.READ,
        get,
        reply=ProjectView,
    ),
    Operation(
        "PATCH",
        "/projects/me",
        "change_project",
        "Project",
        "Change settings of the key's own project",
        Scope.MANAGE,
        change,
        body=ProjectChange,
        reply=ProjectView,
    ),
)
