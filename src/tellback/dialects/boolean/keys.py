"""The API key: what it looks like, and where it stands in a request."""

from tellback.dialects.contract import Credential, HttpRequest, KeySpec
from tellback.dialects.parsing import basic_user

API_KEY = KeySpec("api_key", kind="api_key", role="owner", prefix="sk_")


def read_credential(request: HttpRequest) -> Credential:
    """The user name of HTTP Basic.

    Where there is none it is an empty one, so that a caller without a key is refused by the head
    of the request, before its body is read.
    """
    return basic_user(request, API_KEY.kind) or Credential(API_KEY.kind, "")


def credential_given(request: HttpRequest) -> bool:
    """Whether the request carries a key at all."""
    return basic_user(request, API_KEY.kind) is not None
