"""This wire's two keys, and where requests carry them."""

from tellback.dialects.contract import Credential, HttpRequest, KeySpec
from tellback.dialects.parsing import basic_user, bearer

WRITE, READ = "write", "read"
#: Stands in every visitor's browser: it names the project and lets answers in, and nothing else.
WRITE_KEY = KeySpec(name="write_key", kind="write_key", role=WRITE)
#: A secret between servers.
READ_KEY = KeySpec(name="read_key", kind="read_key", role=READ)


def read_key(request: HttpRequest) -> Credential | None:
    """The read key: ``Authorization: Bearer``, or of older clients Basic's user, or ``AuthKey``."""
    found = bearer(request, READ_KEY.kind) or basic_user(request, READ_KEY.kind)
    if found is not None:
        return found
    key = request.headers.get("authkey", "").strip()
    return Credential(READ_KEY.kind, key) if key else None


def write_key(value: object) -> Credential | None:
    """The write key, as the member of a body gives it."""
    return Credential(WRITE_KEY.kind, value) if isinstance(value, str) and value else None
