"""Finds the dialect folders. A broken one stops the start: a silently missing wire loses data."""

import importlib
import pkgutil
import re
from collections.abc import Iterable, Mapping
from types import ModuleType

from tellback import dialects as _home
from tellback.core.settings import Switch
from tellback.dialects.contract import CAPABILITIES, Dialect


class BrokenDialect(Exception):
    """A folder under ``dialects`` is not a dialect."""


def load_dialects(home: ModuleType = _home) -> Mapping[str, Dialect]:
    """Every dialect below a package, by name, in the order of the names."""
    found = {}
    for info in pkgutil.iter_modules(home.__path__):
        if info.ispkg:
            found[info.name] = _load(f"{home.__name__}.{info.name}", info.name)
    check_dialects(found.values())
    return dict(sorted(found.items()))


def switches_of(dialects: Mapping[str, Dialect]) -> Mapping[str, Switch]:
    """The project settings that wires bring along, by their whole name."""
    return {
        f"{dialect.name}.{switch.name}": switch
        for dialect in dialects.values()
        for switch in dialect.switches
    }


def check_dialects(dialects: Iterable[Dialect]) -> None:
    """Raise `BrokenDialect` where declarations contradict one another."""
    taken: dict[tuple[str, str], str] = {}
    for dialect in dialects:
        unknown = dialect.capabilities - CAPABILITIES
        if unknown:
            raise BrokenDialect(f"{dialect.name}: unknown capabilities {sorted(unknown)}")
        for route in dialect.routes:
            shape = (route.method, re.sub(r"\{\w+\}", "{}", route.path))
            if shape in taken:
                raise BrokenDialect(f"{dialect.name} and {taken[shape]} both take {shape}")
            if route.path.startswith(("/-/", "/p/")):
                raise BrokenDialect(f"{dialect.name}: {route.path} is reserved")
            taken[shape] = dialect.name


def _load(module: str, folder: str) -> Dialect:
    try:
        dialect = getattr(importlib.import_module(module), "DIALECT", None)
    except Exception as error:
        raise BrokenDialect(f"dialect folder {folder!r} cannot be loaded: {error!r}") from error
    if not isinstance(dialect, Dialect) or dialect.name != folder:
        raise BrokenDialect(f"dialect folder {folder!r} exports no DIALECT of that name")
    return dialect
