"""A project's logo: which pictures may be one, told by what is in them and not by their names."""

import hashlib
import re
import struct

from tellback.core.errors import Fault, Invalid, Problem

#: Every respondent loads it: a logo of this size is heavier than the page that it stands on.
MAX_LOGO = 48 * 1024
_LARGEST_SIDE = 2_000
_KINDS = {"png": "image/png", "jpg": "image/jpeg", "svg": "image/svg+xml"}
#: What mail programs show; hardly any shows drawings.
MAILED = frozenset({"png", "jpg"})
NAME = re.compile(r"[0-9a-f]{16}\.(?:png|jpg|svg)")
_PNG, _JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"
_SVG = re.compile(rb"\s*(<\?xml[^>]*\?>\s*)?(?>(?:<!--(?:(?!-->).)*-->\s*)*)<svg[\s>]", re.DOTALL)
#: What hides from who looks for the above: other encodings than UTF-8, and control characters.
_HIDDEN = re.compile(
    rb"[\0-\x08\x0b\x0c\x0e-\x1f\x7f]|encoding\s*=\s*[\"'](?!utf-8[\"'])", re.IGNORECASE
)
#: What makes a drawing do something, or fetch something. It is shown as a picture, where browsers
#: do neither; this is for who opens it alone.
_LIVELY = re.compile(
    rb"<!doctype|<!entity|<\?xml-stylesheet|<\s*(?:\w+:)?(?:script|foreignobject|iframe|embed|object|"
    rb"audio|video|handler|set|animate)|[\s\"'/]on\w+\s*=|javascript:|@import|"
    rb"(?:href|src)\s*=\s*[\"']?\s*(?!\s*[\"']?#|\s*[\"']?data:image/(?:png|jpeg))",
    re.IGNORECASE,
)


def logo_name(data: bytes) -> str:
    """The name of a picture by what is in it; `Invalid` where it cannot be a logo."""
    if len(data) > MAX_LOGO:
        raise _invalid(f"must not be larger than {MAX_LOGO // 1024} KB")
    kind = _kind_of(data)
    return f"{hashlib.sha256(data).hexdigest()[:16]}.{kind}"


def logo_path(project_id: str, name: str) -> str:
    """Where a project's logo is."""
    return f"/-/logo/{project_id}/{name}"


def media_type_of(name: str) -> str:
    """What kind of file a logo of that name is."""
    return _KINDS[name.rpartition(".")[2]]


def _kind_of(data: bytes) -> str:
    if data.startswith(_PNG) and data[12:16] == b"IHDR" and len(data) > 24:
        width, height = struct.unpack(">II", data[16:24])
        if not (0 < width <= _LARGEST_SIDE and 0 < height <= _LARGEST_SIDE):
            raise _invalid(f"must not be wider or higher than {_LARGEST_SIDE} pixels")
        return "png"
    if data.startswith(_JPEG):
        return "jpg"
    if _SVG.match(data):
        if _LIVELY.search(data) or _HIDDEN.search(data) or not _is_utf_8(data):
            raise _invalid("must be a drawing without scripts, and without anything from elsewhere")
        return "svg"
    raise _invalid("must be a PNG, a JPEG or an SVG picture")


def _is_utf_8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _invalid(rule: str) -> Invalid:
    return Invalid(Problem(Fault.FORMAT, rule, "logo"))
