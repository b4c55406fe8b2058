"""How to call each wire of a project: addresses, keys as far as they may be shown, an example."""

from collections.abc import Sequence
from dataclasses import dataclass

from tellback.core.model import Project, Survey
from tellback.core.queries import ListSurveys
from tellback.dialects.contract import Dialect, KeySpec, Route
from tellback.dialects.keys import is_of
from tellback.dialects.native import (
    KEYS,
    NAME,
    TITLE,
    WIDGET,
    WIDGET_KEY,
    WIDGET_TITLE,
    widget_snippet,
)
from tellback.store.credentials import Key, list_keys
from tellback.store.surveys import list_surveys
from tellback.web.api.operations import PREFIX
from tellback.web.dashboard.desk import Desk
from tellback.web.dashboard.door import AnyRequest


@dataclass(frozen=True, slots=True)
class KeyKind:
    """A kind of key by its name on the wire, and the keys of it that hold."""

    spec: KeySpec
    keys: Sequence[Key]


@dataclass(frozen=True, slots=True)
class Wire:
    """Everything that somebody needs to call a wire."""

    name: str
    title: str
    url: str
    kinds: Sequence[KeyKind]
    example: str
    project_url: str | None = None
    routes: Sequence[Route] = ()
    survey: str | None = None
    reference: str | None = None
    tries: str = "A call to try"
    page: str | None = None

    def example_with(self, name: str, secret: str) -> str | None:
        """The example with a key in its place; None if it is tried without a key of that name."""
        placeholder = _placeholder(name)
        return self.example.replace(placeholder, secret) if placeholder in self.example else None


async def list_wires(desk: Desk, request: AnyRequest, project: Project) -> list[Wire]:
    """Every wire, by title, and our own widget and API behind them."""
    read = desk.site.database.read
    keys = await read(list_keys, project.id, desk.site.database.clock())
    surveys = await read(list_surveys, project, ListSurveys())
    ready = {survey.dialect: survey for survey in reversed(surveys) if survey.dialect}
    url = desk.base_url(request)
    wires = (
        _wire(dialect, project, url, keys, ready.get(dialect.name))
        for dialect in desk.site.dialects.values()
    )
    ours = (_own_widget(url, keys), _own_api(url, keys))
    return [*sorted(wires, key=lambda wire: wire.title.casefold()), *ours]


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
    dialect: Dialect, project: Project, url: str, keys: Sequence[Key], survey: Survey | None
) -> Wire:
    kinds = _kinds(dialect.name, dialect.keys, keys)
    shown = {kind.spec.name: _shown(kind) for kind in kinds}
    described = dialect.describe(project, shown, survey)
    return Wire(
        name=dialect.name,
        title=dialect.title,
        url=url,
        kinds=kinds,
        example=dialect.example(url, described),
        project_url=f"{url}/p/{project.slug}",
        routes=dialect.routes,
        survey=survey.definition.name if survey else None,
    )


def _own_api(url: str, keys: Sequence[Key]) -> Wire:
    return Wire(
        name=NAME,
        title=TITLE,
        url=f"{url}{PREFIX}",
        kinds=_kinds(NAME, KEYS, keys),
        example=f"curl -i {url}{PREFIX}/projects/me \\\n  -H 'Authorization: Bearer YOUR_READ_KEY'",
        reference=f"{PREFIX}/docs",
    )


def _own_widget(url: str, keys: Sequence[Key]) -> Wire:
    kinds = _kinds(WIDGET, (WIDGET_KEY,), keys)
    return Wire(
        name=WIDGET,
        title=WIDGET_TITLE,
        url=f"{url}/-/widget.js",
        kinds=kinds,
        example=widget_snippet(url, _shown(kinds[0])),
        tries="Put this into your pages",
        page="widget",
    )


def _shown(kind: KeyKind) -> str:
    """What stands for a key in examples: itself where it is no secret."""
    if kind.spec.public and kind.keys:
        return kind.keys[0].hint
    return _placeholder(kind.spec.name)


def _placeholder(name: str) -> str:
    return f"YOUR_{name.upper()}"


def _kinds(wire: str, specs: Sequence[KeySpec], keys: Sequence[Key]) -> list[KeyKind]:
    mine = [key for key in keys if key.dialect == wire]
    return [KeyKind(spec, [key for key in mine if is_of(key, spec)]) for spec in specs]
