"""This wire's tokens: who may do what."""

from tellback.dialects.contract import Credential, HttpRequest, KeySpec
from tellback.dialects.parsing import bearer

INTEGRATOR, OPERATOR, SUPERVISOR = "integrator", "operator", "supervisor"
EVERYBODY = frozenset({INTEGRATOR, OPERATOR, SUPERVISOR})
_KIND = "token"
TOKENS = tuple(
    KeySpec(name=f"{role}_token", kind=_KIND, role=role)
    for role in (INTEGRATOR, OPERATOR, SUPERVISOR)
)


def token(request: HttpRequest) -> Credential | None:
    """The token of ``Authorization: Bearer``; its role shows when it is looked up."""
    return bearer(request, _KIND)
