"""Who may come in: keys, what they allow, and how often."""

import hashlib
from collections.abc import Mapping
from typing import NoReturn

from tellback.core.addresses import visitor_network
from tellback.core.errors import (
    CredentialMissing,
    CredentialUnknown,
    NotPermitted,
    RateLimited,
    TellbackError,
)
from tellback.core.model import Project
from tellback.dialects.authentication import Authenticator
from tellback.dialects.contract import Credential, Limit, RateState
from tellback.dialects.limits import RateLimiter
from tellback.dialects.native import KIND, NAME, Scope, allows
from tellback.store.database import Database

HOUR = 3600
FAILURES_PER_HOUR = 60


class Door:
    """Lets calls in, and counts them."""

    def __init__(self, database: Database) -> None:
        self._clock = database.clock
        self._authenticator = Authenticator(database, database.clock)
        self._limiter = RateLimiter(database.clock)

    async def enter(self, authorization: str, peer: str, scope: Scope) -> tuple[Project, RateState]:
        """Whose key it is, and where it stands with its limit."""
        secret = _bearer(authorization)
        if not secret:
            self._fail(peer, CredentialMissing())
        try:
            project, role = await self._authenticator.by_credential(NAME, Credential(KIND, secret))
        except CredentialUnknown as error:
            self._fail(peer, error)
        state = self._count(project, secret)
        if not allows(role, scope):
            raise NotPermitted(f"This needs a key with the scope {scope}.")
        return project, state

    def _count(self, project: Project, secret: str) -> RateState:
        digest = hashlib.sha256(secret.encode()).hexdigest()
        limit = Limit(f"{NAME} {digest}", project.settings.calls_per_hour, HOUR)
        within, state = self._limiter.count(limit)
        if not within:
            raise CallsSpent(state, self._wait(state))
        return state

    def _fail(self, peer: str, error: TellbackError) -> NoReturn:
        """Count a failure, and raise. A good key is never refused for its neighbours' bad ones."""
        limit = Limit(f"failed {visitor_network(peer)}", FAILURES_PER_HOUR, HOUR)
        within, state = self._limiter.count(limit)
        raise error if within else RateLimited(self._wait(state))

    def _wait(self, state: RateState) -> int:
        return max(1, -(-(state.reset_at - self._clock()) // 1000))

    def headers(self, state: RateState) -> Mapping[str, str]:
        """Where a key stands (draft-ietf-httpapi-ratelimit-headers-10)."""
        return {
            "RateLimit-Policy": f'"calls";q={state.limit};w={HOUR}',
            "RateLimit": f'"calls";r={state.remaining};t={self._wait(state)}',
        }


class CallsSpent(RateLimited):
    """The key has no calls left in this hour."""

    def __init__(self, state: RateState, retry_after: int) -> None:
        self.state = state
        super().__init__(retry_after, "The key has no calls left in this hour.")


def _bearer(authorization: str) -> str:
    scheme, _, token = authorization.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""
