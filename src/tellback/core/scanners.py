"""Which visits to a mail's links were likely a machine's: mail scanners, prefetchers, bots.

All visits of one invitation are judged together and anew each time one comes, so that what gives
a scanner away late (it follows the hidden link last) marks its earlier visits as well. What nobody
but a person does, sending the form, speaks for the visitor who did it. No visit says anything of
one that is more than an hour older: what was found of that stays, also when it is no longer kept.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from tellback.core.instants import MINUTE, SECOND


class Kind(StrEnum):
    """What a visitor did."""

    OPEN = "open"
    CLICK = "click"
    LOOK = "look"
    ANSWER = "answer"
    TRAP = "trap"


class Scanner(StrEnum):
    """Why a visit is likely a machine's."""

    HEAD = "head"
    TRAP = "trap"
    ALL_LINKS = "all_links"
    TOO_SOON = "too_soon"
    AGENT = "agent"
    PREFETCH = "prefetch"


#: No one reads a mail this soon after the server took it.
TOO_SOON = 3 * SECOND
#: Following this many different links, or every answer's, takes a person longer.
BURST, BURST_LINKS = 10 * SECOND, 3
#: How far around a step into the trap visits are taken to be the same scanner's.
AROUND_TRAP = 10 * MINUTE
#: How long somebody may have looked at the page before sending the form.
BEFORE_ANSWER = 60 * MINUTE
#: After this what a visit was taken for, and what it has shown, is never changed: nothing that
#: comes reaches back so far, and what was near it may be gone.
SETTLED = 2 * BEFORE_ANSWER

_PREFETCHERS = frozenset(
    {
        # Apple Mail Privacy Protection: loads all images of every mail that arrives.
        "Mozilla/5.0",
        # Gmail, while its app is open, before the mail is shown. Its image proxy is another
        # thing: it loads an image when the mail is opened.
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
        "Chrome/42.0.2311.135 Safari/537.36 Edge/12.246 Mozilla/5.0",
    }
)
_PROGRAMS = (
    # A phone is called Cubot.
    r"(?<!cu)bot\b|crawl|spider|slurp|preview|prefetch|scanner|urlscan|headless|phantomjs|selenium",
    r"\bcurl/|\bwget/|\bpython|aiohttp|go-http-client|\bjava/|apache-httpclient|okhttp|libwww",
    r"node-fetch|axios/|undici|guzzle|\bruby\b|winhttp|powershell|\bphp/",
    r"barracuda|proofpoint|mimecast|safe-?links|ironport|fireeye|forti(guard|mail|gate|web)",
    r"trend ?micro|symantec|messagelabs|sophos|kaspersky|mcafee|forcepoint|zscaler|bitdefender",
    r"check ?point|hornetsecurity|trustwave|google-safety|facebookexternalhit|^whatsapp/",
)
_PROGRAM = re.compile("|".join(_PROGRAMS), re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Visit:
    """One request to a link of an invitation's mail.

    ``link`` tells the links of a mail apart (None: not a link that is shown). ``scanner`` is what
    it was taken for so far; only `Scanner.HEAD` counts here, the rest is judged anew.
    """

    id: str
    kind: Kind
    at: int
    link: str | None = None
    agent: str | None = None
    ip: str | None = None
    scanner: Scanner | None = None

    @property
    def visitor(self) -> tuple[str | None, str | None]:
        """As near as we can tell who it was."""
        return self.ip, self.agent

    @property
    def followed(self) -> tuple[Kind, str | None]:
        """What tells the links apart that were followed."""
        return self.kind, self.link


def judge(
    visits: Sequence[Visit], sent_at: int | None, answer_links: int, settled: int | None = None
) -> Mapping[str, Scanner | None]:
    """Why each visit is likely a machine's, by its id; None where nothing speaks for that.

    ``answer_links`` is how many answers the mail offers, each with a link. Visits from before
    ``settled`` (ms) are what they were taken for.
    """
    verdict = {visit.id: _alone(visit, sent_at) for visit in visits}
    for reason, suspects in (
        (Scanner.ALL_LINKS, _bursts(visits, answer_links)),
        (Scanner.TRAP, _around_traps(visits)),
    ):
        for visit in suspects:
            verdict[visit.id] = verdict[visit.id] or reason
    for visit in _same_person(visits):
        verdict[visit.id] = None
    settled_ones = (visit for visit in visits if settled is not None and visit.at < settled)
    return verdict | {visit.id: visit.scanner for visit in settled_ones}


@dataclass(frozen=True, slots=True)
class Seen:
    """When a person first opened a mail, and first followed the link to its page; ms or None."""

    opened_at: int | None
    clicked_at: int | None

    def before(self, at: int) -> "Seen":
        """What was seen before a moment."""
        return Seen(*(seen if seen and seen < at else None for seen in self.moments))

    def and_then(self, later: "Seen") -> "Seen":
        """What was seen in all."""
        pairs = zip(self.moments, later.moments, strict=True)
        return Seen(*(min(filter(None, pair), default=None) for pair in pairs))

    @property
    def moments(self) -> tuple[int | None, int | None]:
        """Both moments."""
        return self.opened_at, self.clicked_at


def first_seen(
    visits: Sequence[Visit], verdict: Mapping[str, Scanner | None], responded_at: int | None
) -> Seen:
    """What the visits that are not a machine's show. Who clicked or answered has opened."""
    people = [visit for visit in visits if verdict[visit.id] is None]
    answers = [] if responded_at is None else [responded_at]
    clicks = answers + [v.at for v in people if v.kind in (Kind.CLICK, Kind.ANSWER)]
    opens = clicks + [v.at for v in people if v.kind in (Kind.OPEN, Kind.LOOK)]
    return Seen(min(opens, default=None), min(clicks, default=None))


@lru_cache(1024)
def is_program(agent: str | None) -> bool:
    """Whether a User-Agent is that of a bot, a scanner or a library, or of nobody."""
    return not agent or bool(_PROGRAM.search(agent))


def _alone(visit: Visit, sent_at: int | None) -> Scanner | None:
    if visit.scanner is Scanner.HEAD:
        return Scanner.HEAD
    if visit.kind is Kind.ANSWER:
        return None
    if visit.kind is Kind.TRAP:
        return Scanner.TRAP
    if visit.kind is Kind.OPEN and visit.agent in _PREFETCHERS:
        return Scanner.PREFETCH
    if is_program(visit.agent):
        return Scanner.AGENT
    if sent_at is not None and visit.at < sent_at + TOO_SOON:
        return Scanner.TOO_SOON
    return None


def _bursts(visits: Sequence[Visit], answer_links: int) -> Iterator[Visit]:
    """All visits within windows in which more links were followed than a person can."""
    most_answers = answer_links if answer_links > 1 else BURST_LINKS
    visits = sorted((v for v in visits if v.kind is not Kind.ANSWER), key=lambda v: v.at)
    followed: Counter[tuple[Kind, str | None]] = Counter()
    end = 0
    for start, first in enumerate(visits):
        while end < len(visits) and visits[end].at <= first.at + BURST:
            followed[visits[end].followed] += 1
            end += 1
        kinds = Counter(kind for kind, _ in followed)
        answers, others = kinds[Kind.CLICK], kinds[Kind.LOOK]
        if answers + others >= BURST_LINKS or answers >= most_answers:
            yield from visits[start:end]
        followed[first.followed] -= 1
        if not followed[first.followed]:
            del followed[first.followed]


def _around_traps(visits: Sequence[Visit]) -> Iterator[Visit]:
    traps = [visit.at for visit in visits if visit.kind is Kind.TRAP]
    for visit in visits:
        near = any(abs(visit.at - at) <= AROUND_TRAP for at in traps)
        if near and visit.kind is not Kind.ANSWER:
            yield visit


def _same_person(visits: Sequence[Visit]) -> Iterator[Visit]:
    """The visits of those who sent the form, from an hour before on."""
    answered: dict[tuple[str | None, str | None], int] = {}
    for visit in visits:
        if visit.kind is Kind.ANSWER:
            answered[visit.visitor] = min(visit.at, answered.get(visit.visitor, visit.at))
    for visit in visits:
        at = answered.get(visit.visitor)
        if at is None or visit.kind is Kind.TRAP or visit.scanner is Scanner.HEAD:
            continue
        if visit.at >= at - BEFORE_ANSWER:
            yield visit
