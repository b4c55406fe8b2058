"""The operations of this wire, and what holds for all of them."""

from collections.abc import Sequence

from tellback.core.settings import ProjectSettings
from tellback.dialects.boolean.decode_queries import (
    decode_get,
    decode_list,
    decode_properties,
    decode_scores,
    decode_stats,
)
from tellback.dialects.boolean.decode_surveys import decode_surveys
from tellback.dialects.boolean.decode_unsubscribes import decode_unsubscribes
from tellback.dialects.boolean.encode import (
    encode_list,
    encode_properties,
    encode_scores,
    encode_stats,
    encode_survey,
    encode_surveys,
    encode_unsubscribes,
)
from tellback.dialects.boolean.errors import GET_SURVEY, UNSUBSCRIBE
from tellback.dialects.boolean.judge import NAME
from tellback.dialects.boolean.keys import read_credential
from tellback.dialects.contract import (
    MEGABYTE,
    Exchange,
    HeaderMissing,
    HttpRequest,
    Limit,
    Route,
    UnsupportedMediaType,
)

MAX_BODY = 50 * MEGABYTE
_HOUR = 3600

ROUTES = (
    Route(
        "POST",
        "/v1/surveys",
        "request_surveys",
        decode_surveys,
        encode_surveys,
        credential=read_credential,
        batch=True,
        max_body=MAX_BODY,
    ),
    Route(
        "GET", "/v1/surveys", "list_surveys", decode_list, encode_list, credential=read_credential
    ),
    Route(
        "GET",
        "/v1/surveys/{id}",
        GET_SURVEY,
        decode_get,
        encode_survey,
        credential=read_credential,
    ),
    Route(
        "GET",
        "/v1/properties",
        "list_properties",
        decode_properties,
        encode_properties,
        credential=read_credential,
    ),
    Route(
        "GET",
        "/v1/scores",
        "get_scores",
        decode_scores,
        encode_scores,
        credential=read_credential,
    ),
    Route("GET", "/v1/stats", "get_stats", decode_stats, encode_stats, credential=read_credential),
    Route(
        "POST",
        "/v1/unsubscribes",
        UNSUBSCRIBE,
        decode_unsubscribes,
        encode_unsubscribes,
        credential=read_credential,
        batch=True,
        max_body=MAX_BODY,
    ),
)


def check_head(request: HttpRequest) -> None:
    """Refuse a request without the mandatory headers, or with a body that is not JSON."""
    if not request.headers.get("user-agent", "").strip():
        raise HeaderMissing("The User-Agent header is mandatory.")
    if request.method == "GET":
        return
    content_type = request.headers.get("content-type", "").strip()
    if not content_type:
        raise HeaderMissing("The header Content-Type: application/json is mandatory.")
    media, _, parameters = content_type.lower().partition(";")
    charset = parameters.replace(" ", "").replace('"', "").partition("charset=")[2]
    if media.strip() != "application/json" or charset not in ("", "utf-8", "utf8"):
        raise UnsupportedMediaType("The Content-Type must be application/json.")


def limits(exchange: Exchange) -> Sequence[Limit]:
    """So many calls per hour and key."""
    settings = exchange.project.settings if exchange.project else ProjectSettings()
    key = f"{NAME} {read_credential(exchange.request).secret}"
    return (Limit(key, settings.calls_per_hour, _HOUR),)
