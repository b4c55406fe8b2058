"""What reads the world, and where it may."""

import ast
from collections.abc import Iterator

from tools.architecture.source import PACKAGE, Finding, Source

# fmt: off
_OUTSIDE = (
    "asyncio", "concurrent", "ctypes", "ftplib", "glob", "http", "imaplib", "io", "logging", "mmap",
    "multiprocessing", "os", "pathlib", "poplib", "queue", "sched", "select", "selectors", "shutil",
    "signal", "smtplib", "socket", "socketserver", "sqlite3", "ssl", "subprocess", "sys",
    "tempfile", "threading", "time", "urllib.request", "xmlrpc",
)
# fmt: on
_CLOCKS = ("date.today", "datetime.now", "datetime.today", "datetime.utcnow")
_READERS = ("load_config", "load_supervisor")
_ENVIRONMENT = ("os.environ", "os.environb", "os.getenv", "os.getenvb", "os.putenv")


def core_has_no_clock_and_no_io(source: Source) -> Iterator[Finding]:
    """The same input gives the same answer, so that a score can be computed again."""
    if not source.is_under(PACKAGE / "core"):
        return
    outside = [(n, line) for n, line in source.imports if any(_is_in(n, m) for m in _OUTSIDE)]
    clocks = [(n, line) for n, line in _names(source) if n.endswith(_CLOCKS)]
    files = [(n, line) for n, line in _calls(source) if n in ("open", "input")]
    for name, line in (*outside, *clocks, *files):
        yield source.finding(
            line,
            f"{name}: core reads no clock and does no I/O; let the caller pass in `now`, or the "
            "content.",
        )


def environment_is_read_in_config_only(source: Source) -> Iterator[Finding]:
    """A setting that is read elsewhere is in no list, has no help and is checked by nobody.

    Handing the whole environment to its readers is not reading it.
    """
    if not source.is_shipped or source.path == PACKAGE / "config.py":
        return
    handed = {
        node.args[0]
        for node in source.nodes
        if isinstance(node, ast.Call) and node.args and ast.unparse(node.func) in _READERS
    }
    used = (
        (ast.unparse(node), node.lineno)
        for node in source.nodes
        if isinstance(node, ast.Attribute) and node not in handed
    )
    for name, line in (*source.imports, *used):
        if name in _ENVIRONMENT:
            yield source.finding(
                line,
                f"{name}: declare the setting in config.py and let the caller pass its value in.",
            )


def nothing_prints_but_the_command_line(source: Source) -> Iterator[Finding]:
    """A server's words go to its log."""
    if not source.is_shipped or source.is_under(PACKAGE / "cli.py", PACKAGE / "cli"):
        return
    for name, line in _calls(source):
        if name == "print":
            yield source.finding(line, "print: log it, or return it for cli to print.")


def _names(source: Source) -> Iterator[tuple[str, int]]:
    """Every dotted name that the code uses."""
    nodes = (node for node in source.nodes if isinstance(node, ast.Attribute))
    return ((ast.unparse(node), node.lineno) for node in nodes)


def _calls(source: Source) -> Iterator[tuple[str, int]]:
    """What is called, as it is written."""
    nodes = (node for node in source.nodes if isinstance(node, ast.Call))
    return ((ast.unparse(node.func), node.lineno) for node in nodes)


def _is_in(name: str, module: str) -> bool:
    return name == module or name.startswith(f"{module}.")
