"""What people write about: words and phrases, and how those who use them rate.

Counted, not guessed: the same comments give the same topics, and each can be followed to them.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, field

from tellback.core.comparison import Change, compare
from tellback.core.score import Recommendations, nps

#: A phrase has so many words at most, and a topic is what so many comments speak of at least.
LONGEST, FEWEST = 3, 3
#: Of a longer phrase that is nearly always meant, the parts are no topics of their own.
_ABSORBED = 0.75
#: Marks the end of a clause, which no phrase goes beyond, and words with what may be inside them.
_CLAUSE = re.compile(r"[^\w\s'’-]+|\s-\s|\n")
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class Remark:
    """A comment, and how its author rated: 1 well, 0 in between, -1 badly, None not at all.

    ``idle`` are the words that say nothing in its language.
    """

    text: str
    mood: int | None
    idle: Set[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Topic:
    """A word or phrase, how many comments have it, and what the rated ones do to the mood.

    The mood is the percentage of comments of people who rated well less that of those who rated
    badly. ``impact`` is by how many points it would be lower without these comments; ``change``
    is their mood less that of the others, None where either are too few to tell.
    """

    text: str
    count: int
    good: int
    bad: int
    impact: float
    change: Change | None


@dataclass(slots=True)
class _Use:
    """How a phrase is used: its spellings, and the moods of the comments that have it."""

    spellings: Counter[str] = field(default_factory=Counter)
    count: int = 0
    moods: Counter[int] = field(default_factory=Counter)


def find_topics(remarks: Sequence[Remark]) -> list[Topic]:
    """The topics of comments, the commonest first."""
    uses: dict[str, _Use] = {}
    total: Counter[int] = Counter()
    for remark in remarks:
        if remark.mood is not None:
            total[remark.mood] += 1
        for phrase, spelling in dict(_phrases(remark)).items():
            use = uses.setdefault(phrase, _Use())
            use.count += 1
            use.spellings[spelling] += 1
            if remark.mood is not None:
                use.moods[remark.mood] += 1
    kept = {phrase: use for phrase, use in uses.items() if use.count >= FEWEST}
    absorbed = _absorbed(kept)
    found = [_topic(use, total) for phrase, use in kept.items() if phrase not in absorbed]
    return sorted(found, key=lambda topic: (-topic.count, topic.text.casefold()))


def _phrases(remark: Remark) -> Iterator[tuple[str, str]]:
    """Each phrase in lower case, and as it is written."""
    for clause in _CLAUSE.split(remark.text):
        words = _WORD.findall(clause)
        lowered = [word.lower().replace("’", "'") for word in words]
        says = [len(word) > 1 and word not in remark.idle for word in lowered]
        says = [s and not word.isdigit() for s, word in zip(says, lowered, strict=True)]
        for start in range(len(words)):
            for end in range(start + 1, min(start + LONGEST, len(words)) + 1):
                if not all(says[start:end]):
                    break
                yield " ".join(lowered[start:end]), " ".join(words[start:end])


def _absorbed(uses: dict[str, _Use]) -> set[str]:
    """The phrases that are hardly ever used but within one longer phrase."""
    found = set()
    for phrase, use in uses.items():
        for part in _parts(phrase):
            if part in uses and use.count >= _ABSORBED * uses[part].count:
                found.add(part)
    return found


def _parts(phrase: str) -> Iterable[str]:
    words = phrase.split(" ")
    lengths = range(1, len(words))
    return (
        " ".join(words[at : at + length])
        for length in lengths
        for at in range(len(words) - length + 1)
    )


def _topic(use: _Use, total: Counter[int]) -> Topic:
    rest = total - use.moods
    good, bad = use.moods[1], use.moods[-1]
    here = Recommendations(good, use.moods[0], bad)
    others = Recommendations(rest[1], rest[0], rest[-1])
    together, without = nps(here + others).value, nps(others).value
    impact = 0.0 if together is None or without is None else together - without
    change = compare(nps(here), nps(others)) if min(here.n, others.n) >= FEWEST else None
    spelling = min(use.spellings.items(), key=lambda item: (-item[1], item[0]))[0]
    return Topic(spelling, use.count, good, bad, impact, change)
