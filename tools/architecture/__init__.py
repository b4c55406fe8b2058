"""The rules of the layout that ruff and import-linter cannot say, each a small function.

A check takes one `Source` and yields a `Finding` for each place that breaks its rule; the finding
says what to do instead. tests/test_architecture.py runs them over the project, and proves on small
samples that each one can fail.
"""

from tools.architecture import boundaries, engines, layout, purity, shape, sql, vendor_names
from tools.architecture.source import Check, Finding, Source, read_sources

__all__ = ["CHECKS", "Check", "Finding", "Source", "read_sources"]

CHECKS: dict[str, Check] = {
    check.__name__: check
    for check in (
        boundaries.core_imports_the_standard_library_only,
        boundaries.vendors_import_their_contract_only,
        engines.engines_are_told_apart_in_one_place,
        layout.modules_have_telling_names,
        layout.tests_mirror_a_source,
        purity.core_has_no_clock_and_no_io,
        purity.environment_is_read_in_config_only,
        purity.nothing_prints_but_the_command_line,
        shape.files_are_short,
        shape.functions_are_short,
        shape.imports_stand_at_the_top,
        sql.statements_stand_under_store,
        vendor_names.vendors_are_named_in_their_folder_only,
    )
}
