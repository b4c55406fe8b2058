"""Published clients of the vendors, unmodified, in an environment of their own."""

import sys
from pathlib import Path

_HOME = Path(sys.executable).parent.parent / "clients"


def client_python() -> str:
    """The interpreter that has the published clients; `make test` installs them."""
    python = _HOME / "bin" / "python"
    assert python.exists(), "the published clients are missing: make test installs them"
    return str(python)
