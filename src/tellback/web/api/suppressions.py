"""Suppressions: addresses that are never mailed."""

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from tellback.actions.lift_suppressions import lift_suppressions
from tellback.actions.suppress import suppress
from tellback.core.addresses import normalise_address
from tellback.core.commands import Suppress
from tellback.core.errors import Fault, Invalid, NotEligible, NotFound, Problem
from tellback.dialects.contract import MEGABYTE
from tellback.dialects.native import Scope
from tellback.store.suppression_pages import list_suppression_page
from tellback.web.api.batches import BatchResult, ItemResult, batch
from tellback.web.api.operations import Call, Operation, Reply, Write, as_json, only
from tellback.web.api.shapes import Instant, Items, Size, instant

MOST = 10_000
_MAX_ADDRESS = 254  # RFC 5321, section 4.5.3.1.3


class SuppressionItem(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """An address to suppress: because you list it, or because the person asked you for no mail."""

    address: Annotated[str, Meta(max_length=_MAX_ADDRESS)]
    reason: Literal["listed", "unsubscribed"] = "listed"


class SuppressionView(Struct):
    """An address that is never mailed, why, and since when."""

    address: str
    reason: str
    created_at: Instant | None


class SuppressionPage(Struct):
    """A page of suppressions, by address. Without ``next`` it is the last."""

    items: list[SuppressionView]
    next: str | None


class Paging(Struct, forbid_unknown_fields=True):
    """Where to go on in the list, and how far."""

    after: Annotated[str, Meta(max_length=300, description="`next` of the page before")] = ""
    size: Size = 100


async def list_(call: Call) -> Reply:
    """A page of suppressions."""
    query: Paging = call.query
    found, more = await call.database.read(
        list_suppression_page, call.project, query.after, query.size
    )
    items = [SuppressionView(one.address, one.reason, instant(one.created_at)) for one in found]
    return as_json(SuppressionPage(items, items[-1].address if more else None))


async def add(call: Call) -> Write:
    """Suppress addresses. One that is suppressed already is no refusal."""
    return await batch(call, suppress, _suppress, _suppressed)


async def lift(call: Call) -> Write:
    """Let an address be mailed again."""

    def reply(outcomes: list[Any]) -> Reply:
        only(outcomes)
        return Reply(204, content_type=None)

    return Write(lift_suppressions, [(call.project, call.params["address"])], reply)


def _suppress(_call: Call, item: SuppressionItem, _place: int) -> Suppress:
    address = normalise_address(item.address, _MAX_ADDRESS)
    if address is None:
        raise Invalid(Problem(Fault.FORMAT, "must be an e-mail address", "#/address"))
    return Suppress(address, item.reason)


def _suppressed(_outcome: Any) -> ItemResult:
    return ItemResult(200)


OPERATIONS = (
    Operation(
        "GET",
        "/suppressions",
        "list_suppressions",
        "Suppressions",
        "A page of the addresses that are never mailed",
        Scope.READ,
        list_,
        query=Paging,
        reply=SuppressionPage,
    ),
    Operation(
        "POST",
        "/suppressions",
        "add_suppressions",
        "Suppressions",
        "Never mail these addresses again",
        Scope.MANAGE,
        add,
        body=Items,
        item=SuppressionItem,
        most_items=MOST,
        reply=BatchResult,
        max_body=8 * MEGABYTE,
    ),
    Operation(
        "DELETE",
        "/suppressions/{address}",
        "lift_suppression",
        "Suppressions",
        "Let an address be mailed again that you listed or that bounced",
        Scope.MANAGE,
        lift,
        status=204,
        refusals=(NotFound, NotEligible),
    ),
)
