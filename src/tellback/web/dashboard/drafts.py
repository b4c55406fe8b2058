"""A list of people to ask, before anybody is asked: what would be read, and what would come of it.

The file itself goes into the form and comes back with it, and is read again then: nothing is kept
of people whom nobody has asked.
"""

import asyncio
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from tellback.core.admission import LIFETIME, Objection
from tellback.core.commands import IdentifyContact, RequestInvitation
from tellback.core.errors import Fault, Invalid, Problem
from tellback.core.instants import DAY
from tellback.core.invitation import State
from tellback.core.model import ContactKey, Identity, Project, Survey
from tellback.core.properties import MAX_PROPERTIES, PropertyType
from tellback.core.recipients import Recipient, Recipients, read_recipients
from tellback.core.tabular import Decoded
from tellback.dialects.native import UPLOAD
from tellback.store.database import Database
from tellback.store.invitation_requests import existing_requests
from tellback.store.invitations import taken_references
from tellback.store.properties import property_types
from tellback.store.prospects import foresee

#: Of a file, in bytes.
LARGEST = 4 * 1024 * 1024
#: How often the same file can be sent on purpose.
_MOST_ROUNDS = 50


@dataclass(frozen=True, slots=True)
class Left:
    """A line that gets no mail, and why; with an address where it is about somebody's past."""

    line: int
    why: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """What a file would do. ``held`` are those who would not be mailed now, by address.

    ``taken`` were asked by the same transaction before. ``conflicts`` are what stands in the way of
    the file as a whole. ``new`` are the properties that the project would have from then on.
    ``sent_at`` is when the same file last went to the same survey (ms), as the request ``last_id``,
    and ``round`` the number of the next time.
    """

    recipients: Recipients
    held: Mapping[str, Objection]
    taken: Sequence[Recipient]
    conflicts: Sequence[str]
    new: Mapping[str, PropertyType]
    sent_at: int | None
    last_id: str | None
    round: int

    @property
    def asked(self) -> Sequence[Recipient]:
        """Whom it would request to ask."""
        taken = {one.line for one in self.taken}
        return [one for one in self.recipients.people if one.line not in taken]

    @property
    def stopped(self) -> Sequence[Recipient]:
        """Whom it would request to ask, and who would get no mail if it went now."""
        return [one for one in self.asked if one.address in self.held]

    @property
    def left(self) -> Sequence[Left]:
        """Every line that would get no mail now, in their order."""
        list_, lines = self.recipients, list[Left]()
        lines += [Left(one.line, "; ".join(one.reasons)) for one in list_.faulty]
        lines += [
            Left(one.line, f"{one.address} stands on line {one.first:,} already")
            for one in list_.repeated
        ]
        lines += [
            Left(one.line, f"asked about {one.transaction.id} before", one.address)
            for one in self.taken
            if one.transaction
        ]
        lines += [
            Left(one.line, self.held[one.address].reason, one.address) for one in self.stopped
        ]
        return sorted(lines, key=lambda one: one.line)

    @property
    def suppressed(self) -> int:
        """How many of these are never mailed."""
        return sum(self.held[one.address].state is State.SUPPRESSED for one in self.stopped)

    @property
    def throttled(self) -> int:
        """How many of these may not be asked yet."""
        return len(self.stopped) - self.suppressed

    @property
    def mailed(self) -> int:
        """How many would get a mail, if it went now."""
        return len(self.asked) - len(self.stopped)


async def draft(
    database: Database, project: Project, survey: Survey, recipients: Recipients, text: str
) -> Draft:
    """What would become of a file now; nothing is written."""
    people = recipients.people
    bought = [one.transaction.id for one in people if one.transaction]
    addresses = [one.address for one in people]
    known = await database.read(property_types, project.id)
    taken = await database.read(taken_references, project.id, UPLOAD, bought)
    held = await database.read(foresee, project, addresses, database.clock())
    digest = await asyncio.to_thread(digest_of, text)
    rounds = [request_id(project, survey, digest, number) for number in range(_MOST_ROUNDS)]
    sent = await database.read(existing_requests, project.id, rounds)
    last = max((number for number, id_ in enumerate(rounds) if id_ in sent), default=-1)
    return Draft(
        recipients=recipients,
        held=held,
        taken=[one for one in recipients.people if one.transaction and one.transaction.id in taken],
        conflicts=conflicts(recipients.types, known),
        new={name: kind for name, kind in recipients.types.items() if name not in known},
        sent_at=sent[rounds[last]] if last >= 0 else None,
        last_id=rounds[last] if last >= 0 else None,
        round=min(last + 1, _MOST_ROUNDS - 1),
    )


def conflicts(
    types: Mapping[str, PropertyType], known: Mapping[str, PropertyType]
) -> Sequence[str]:
    """What of a file's properties the project cannot take."""
    found = [
        f"{name} is a {known[name].replace('_', ' ')} in this project, and a "
        f"{kind.replace('_', ' ')} in this file."
        for name, kind in types.items()
        if name in known and known[name] is not kind
    ]
    new = len(types.keys() - known.keys())
    if len(known) + new > MAX_PROPERTIES:
        found.append(
            f"A project has at most {MAX_PROPERTIES} properties: it has {len(known)}, and the "
            f"file brings {new} more."
        )
    return found


def digest_of(text: str) -> str:
    """What stands for a file."""
    return sha256(text.encode()).hexdigest()


def request_id(project: Project, survey: Survey, digest: str, number: int = 0) -> str:
    """What stands for sending the file with that digest to this survey: twice is one request."""
    parts = (project.id, survey.id, str(number), digest)
    return sha256("\0".join(parts).encode()).hexdigest()[:32]


def commands(
    people: Sequence[Recipient],
    id_: str,
    survey: Survey,
    types: Mapping[str, PropertyType],
    send_at: int | None,
) -> list[RequestInvitation | IdentifyContact]:
    """What has to be carried out to ask these people: first the asks, in their order."""
    asks = [_ask(one, id_, survey, types, send_at) for one in people]
    named = [
        IdentifyContact(
            UPLOAD, ContactKey(Identity.EMAIL, one.address), defaults={"name": one.name}
        )
        for one in people
        if one.name
    ]
    return [*asks, *named]


def _ask(
    one: Recipient, id_: str, survey: Survey, types: Mapping[str, PropertyType], send_at: int | None
) -> RequestInvitation:
    bought = one.transaction
    return RequestInvitation(
        UPLOAD,
        id_,
        one.address,
        bought.id if bought else f"{id_}-{one.line}",
        transaction=bought,
        send_at=send_at,
        properties=one.properties or None,
        types={name: types[name] for name in one.properties} or None,
        survey=survey.id,
        language=one.language,
    )


def check_moment(at: int, now: int) -> None:
    """`Invalid` where mails cannot be sent at a moment (ms) that is still to come."""
    if at < now:
        raise _invalid("The moment to send is in the past.")
    if at >= now + LIFETIME:
        raise _invalid(f"Mails can wait {LIFETIME // DAY} days at most. Choose an earlier moment.")


def pack(text: str) -> str:
    """A file's text as one word for a form."""
    return urlsafe_b64encode(zlib.compress(text.encode(), 9)).decode()


def unpack(word: str) -> str:
    """What was packed; `Invalid` where it was not, or is too long."""
    try:
        unpacker = zlib.decompressobj()
        # UTF-8 takes up to three bytes for what is one elsewhere.
        content = unpacker.decompress(urlsafe_b64decode(word), 3 * LARGEST)
        if not unpacker.eof:
            raise _invalid("The file is too large, or did not come back whole.")
        return content.decode()
    except (NotBase64, zlib.error, ValueError):
        raise _invalid("The file did not come back whole. Please choose it again.") from None


def read(text: str, project: Project) -> Recipients:
    """The people of a file, as the project reads its dates."""
    return read_recipients(Decoded(text, ""), project.settings.zone())


def _invalid(text: str) -> Invalid:
    return Invalid(Problem(Fault.VALUE, text))
