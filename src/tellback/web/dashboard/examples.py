"""How to call each wire of a project: addresses, keys as far as they may be shown, an example."""

from collections.abc import Sequence
from dataclasses import dataclass

from tellback.core.model import Project, Survey
from tellback.core.queries import ListSurveys
from tellback.dialects.contract import Dialect, Route
from tellback.store.credentials import KeyHint, list_hints
from tellback.store.surveys import list_surveys
from tellback.web.dashboard.desk import Desk
from tellback.web.dashboard.door import AnyRequest


@dataclass(frozen=True, slots=True)
class Key:
    """A key of a wire by its name there; ``hints`` end the keys that exist."""

    name: str
    role: str
    placeholder: str
    hints: Sequence[str]


@dataclass(frozen=True, slots=True)
class Wire:
    """Everything that somebody needs to call a wire."""

    name: str
    title: str
    url: str
    project_url: str
    keys: Sequence[Key]
    routes: Sequence[Route]
    survey: str | None
    example: str


async def list_wires(desk: Desk, request: AnyRequest, project: Project) -> list[Wire]:
    """Every wire, by title."""
    read = desk.site.database.read
    hints = await read(list_hints, project.id)
    surveys = await read(list_surveys, project, ListSurveys())
    ready = {survey.dialect: survey for survey in reversed(surveys) if survey.dialect}
    url = desk.base_url(request)
    wires = (
        _wire(dialect, project, url, hints, ready.get(dialect.name))
        for dialect in desk.site.dialects.values()
    )
    return sorted(wires, key=lambda wire: wire.title.casefold())


async def first_steps(desk: Desk, request: AnyRequest, project: Project) -> list[Wire]:
    """The wires to begin with: first one that asks, then one that only collects."""
    wires = {wire.name: wire for wire in await list_wires(desk, request, project)}
    dialects = desk.site.dialects.values()
    asking = [d.name for d in dialects if "ask_by_email" in d.capabilities]
    collecting = [
        d.name for d in dialects if "collect" in d.capabilities and d.name not in asking[:1]
    ]
    return [wires[name] for name in (*asking[:1], *collecting[:1])]


def _wire(
    dialect: Dialect, project: Project, url: str, hints: Sequence[KeyHint], survey: Survey | None
) -> Wire:
    placeholders = {key.name: f"YOUR_{key.name.upper()}" for key in dialect.keys}
    described = dialect.describe(project, placeholders, survey)
    keys = [
        Key(
            key.name,
            key.role,
            placeholders[key.name],
            [
                hint.hint
                for hint in hints
                if (hint.dialect, hint.kind, hint.role) == (dialect.name, key.kind, key.role)
            ],
        )
        for key in dialect.keys
    ]
    return Wire(
        name=dialect.name,
        title=dialect.title,
        url=url,
        project_url=f"{url}/p/{project.slug}",
        keys=keys,
        routes=dialect.routes,
        survey=survey.definition.name if survey else None,
        example=dialect.example(url, described),
    )
