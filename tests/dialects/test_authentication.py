"""Credentials lead to projects; two that belong together must lead to the same one."""

import asyncio
from typing import Any

import pytest

from tellback.core.errors import CredentialUnknown
from tellback.dialects.authentication import Authenticator
from tellback.dialects.contract import Credential
from tellback.store.database import Database
from tests.conftest import Tenant


def keys_of(tenant: Tenant) -> tuple[str, Credential]:
    """A wire and one of the project's credentials for it."""
    wire, kind = "satismeter", "read_key"
    return wire, Credential(kind, tenant.keys(wire)[kind])


@pytest.fixture
def authenticator(database: Database) -> Authenticator:
    return Authenticator(database, lambda: 1)


async def test_a_key_leads_to_its_project(authenticator: Authenticator, shop: Tenant) -> None:
    wire, key = keys_of(shop)
    for _ in range(2):
        project, _ = await authenticator.by_credential(wire, key)
        assert project.id == shop.id


async def test_a_key_beside_its_holder(
    authenticator: Authenticator, shop: Tenant, other: Tenant
) -> None:
    wire, key = keys_of(shop)
    _, foreign = keys_of(other)
    for _ in range(2):
        held = Credential(key.kind, key.secret, key)
        assert (await authenticator.by_credential(wire, held))[0].id == shop.id
        for holder in (foreign, Credential(key.kind, "nobody")):
            with pytest.raises(CredentialUnknown):
                await authenticator.by_credential(wire, Credential(key.kind, key.secret, holder))


async def test_who_asks_at_once_is_told_together(
    authenticator: Authenticator, shop: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    wire, key = keys_of(shop)
    asked = []
    read = authenticator.database.read

    async def count(*question: Any) -> Any:
        asked.append(question)
        return await read(*question)

    monkeypatch.setattr(authenticator.database, "read", count)
    found = await asyncio.gather(*(authenticator.by_credential(wire, key) for _ in range(20)))
    assert {project.id for project, _ in found} == {shop.id}
    assert len(asked) == 1


async def test_who_asks_at_once_for_an_unknown_key_is_refused(authenticator: Authenticator) -> None:
    nobody = Credential("read_key", "nobody")
    asking = (authenticator.by_credential("satismeter", nobody) for _ in range(20))
    refused = await asyncio.gather(*asking, return_exceptions=True)
    assert {type(one) for one in refused} == {CredentialUnknown}
