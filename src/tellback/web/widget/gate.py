"""Whose page it is that calls, and how often it may."""

from typing import NoReturn

from tellback.core.addresses import visitor_network
from tellback.core.errors import CredentialUnknown, RateLimited, TellbackError
from tellback.core.model import Project
from tellback.dialects.authentication import Authenticator
from tellback.dialects.contract import Credential, Limit, RateState
from tellback.dialects.limits import RateLimiter
from tellback.dialects.native import WIDGET, WIDGET_KEY
from tellback.store.database import Database

_HOUR = 3600
_FAILURES_PER_HOUR = 60


class Gate:
    """Lets pages in by their public key, and counts what comes from each network."""

    def __init__(self, database: Database) -> None:
        self._clock = database.clock
        self._authenticator = Authenticator(database, database.clock)
        self._limiter = RateLimiter(database.clock)

    async def project(self, key: str, peer: str) -> Project:
        """Whose key it is; `CredentialUnknown`, or `RateLimited` after many such."""
        credential = Credential(WIDGET_KEY.kind, key)
        try:
            project, _ = await self._authenticator.by_credential(WIDGET, credential)
        except CredentialUnknown as error:
            self._fail(peer, error)
        return project

    def count(self, project: Project, peer: str) -> None:
        """Count a call that may write; `RateLimited` where its network has none left.

        A key is everybody's who opens the page, so that one visitor must not use it up for all.
        """
        most = project.settings.calls_per_hour
        limit = Limit(f"{project.id} {visitor_network(peer)}", most, _HOUR)
        within, state = self._limiter.count(limit)
        if not within:
            raise RateLimited(self._wait(state), "Too many calls from this network in this hour.")

    def _fail(self, peer: str, error: TellbackError) -> NoReturn:
        limit = Limit(f"failed {visitor_network(peer)}", _FAILURES_PER_HOUR, _HOUR)
        within, state = self._limiter.count(limit)
        raise error if within else RateLimited(self._wait(state))

    def _wait(self, state: RateState) -> int:
        return max(1, -(-(state.reset_at - self._clock()) // 1000))
