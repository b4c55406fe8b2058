"""Who may import what, where import-linter would need a list kept by hand."""

import sys
from collections.abc import Iterator

from tools.architecture.source import PACKAGE, Finding, Source

_CONTRACT = ("tellback.core", "tellback.dialects.contract", "tellback.dialects.parsing")


def core_imports_the_standard_library_only(source: Source) -> Iterator[Finding]:
    """Core is rules: nothing that must be installed may decide them."""
    if not source.is_under(PACKAGE / "core"):
        return
    for name, line in source.imports:
        if not (_is_standard(name) or _is_in(name, "tellback.core")):
            yield source.finding(
                line,
                f"core imports {name}; it may import the standard library and core. "
                "Let the caller pass in what core needs as plain values.",
            )


def vendors_import_their_contract_only(source: Source) -> Iterator[Finding]:
    """A vendor folder decodes and encodes, and knows neither the product nor another vendor."""
    if source.vendor is None or not source.is_shipped:
        return
    allowed = (*_CONTRACT, "msgspec", f"tellback.dialects.{source.vendor}")
    for name, line in source.imports:
        if not (_is_standard(name) or any(_is_in(name, package) for package in allowed)):
            yield source.finding(
                line,
                f"a vendor folder imports {name}; it may import {', '.join(allowed)} and the "
                "standard library. What two vendors share belongs in dialects.parsing.",
            )


def _is_standard(name: str) -> bool:
    return name.partition(".")[0] in sys.stdlib_module_names


def _is_in(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")
