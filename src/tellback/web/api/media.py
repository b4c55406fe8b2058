"""Media types: what a request carries, and what it wants in return."""

from collections.abc import Sequence

from tellback.web.api.problems import NotAcceptable


def media_type(content_type: str) -> str:
    """The media type that a header names, without parameters and in lower case."""
    return content_type.partition(";")[0].strip().lower()


def accepted(accept: str, produces: Sequence[str]) -> str:
    """The media type to reply in; `NotAcceptable` where none is accepted. The first is usual."""
    wanted = [_weighed(part) for part in accept.split(",") if part.strip()]
    if not wanted:
        return produces[0]
    weights = [(_weight(kind, wanted), -place) for place, kind in enumerate(produces)]
    weight, place = max(weights)
    if weight <= 0:
        raise NotAcceptable
    return produces[-place]


def _weighed(part: str) -> tuple[str, float]:
    kind, _, parameters = part.partition(";")
    quality = parameters.replace(" ", "").partition("q=")[2].partition(";")[0]
    try:
        return kind.strip().lower(), float(quality) if quality else 1.0
    except ValueError:
        return kind.strip().lower(), 1.0


def _weight(kind: str, wanted: Sequence[tuple[str, float]]) -> float:
    """How much a media type is wanted: by its own name, else its family's, else any's."""
    named = dict(wanted)
    family = f"{kind.partition('/')[0]}/*"
    return next((named[name] for name in (kind, family, "*/*") if name in named), 0.0)
