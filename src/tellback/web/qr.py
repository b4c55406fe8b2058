"""QR codes of our own addresses, as pictures that scale."""

from functools import lru_cache
from importlib import import_module
from io import BytesIO


@lru_cache(maxsize=64)
def qr_svg(address: str) -> str:
    """The QR code of an address, black on white with the quiet zone that readers need (ISO 18004).

    Its size is its container's. Level M lets a seventh of it be dirty or covered.
    """
    drawn = BytesIO()
    # Only now: the library takes 4 MB, and few draw a code.
    code = import_module("segno").make(address, error="m", micro=False)
    look = {"border": 4, "light": "#fff", "omitsize": True, "svgclass": None, "lineclass": None}
    code.save(drawn, kind="svg", xmldecl=False, nl=False, **look)
    return drawn.getvalue().decode()
