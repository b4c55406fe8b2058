"""What the demo's customers have said so far: two months of answers, the same for everybody."""

from collections.abc import Iterator, Sequence
from random import Random

from tellback.actions.submit_responses import submit_responses
from tellback.cli.sample_mails import mail, rounds_of
from tellback.core.commands import SubmitResponse
from tellback.core.conversations import RecordConversation
from tellback.core.instants import DAY, HOUR
from tellback.core.model import (
    NEGATIVE,
    POSITIVE,
    RATED,
    Channel,
    ContactKey,
    Identity,
    Project,
    Question,
    QuestionType,
    Survey,
)
from tellback.core.queries import ListSurveys
from tellback.dialects.contract import Dialect
from tellback.store.database import Database
from tellback.store.surveys import list_surveys

_DAYS, _A_DAY = 75, 7
#: On these days before today parcels were late, and people said so.
_LATE = range(16, 27)
_NAMES = ("Ada", "Grace", "Alan", "Mary", "Ibn", "Emmy", "Sofia", "Ravi", "Mei", "Omar", "Lise")
_SURNAMES = ("Berg", "Costa", "Diaz", "Eriksen", "Fofana", "Gupta", "Haddad", "Ito", "Jansen")
_CUSTOMERS, _AT_A_TIME = 350, 100
_AGENTS = (("Kim", "Orders"), ("Noor", "Orders"), ("Sam", "Returns"), ("Alex", "Technical"))
_SAID = {
    1: (
        "Fast delivery and everything was well packed. Thank you!",
        "The support team answered within minutes.",
        "Great size guide, the shoes fit at the first try.",
        "Easy checkout, I ordered on my phone in a minute.",
        "Friendly support team, my return was settled the same day.",
        "Fast delivery, as always.",
        "I like the new size guide.",
    ),
    0: (
        "Good shoes, but the tracking link did not work.",
        "Fine. The checkout asks for too much.",
        "It was okay. The size guide could be clearer.",
        "Delivery took a day longer than promised.",
    ),
    -1: (
        "The parcel was late and nobody told me.",
        "The tracking link led nowhere, and I waited a week for the parcel.",
        "I called twice because of a late parcel. Please mend the tracking link!",
        "The checkout broke down and charged me twice.",
        "The refund took a month. Never again.",
    ),
}
_ANGRY = "I have been waiting for my refund for five weeks and am furious. Three calls, no answer!"


async def fill(database: Database, project: Project, dialects: Sequence[Dialect], now: int) -> None:
    """Let a new project look as it would after some weeks; by the same way as any answer."""
    surveys = await database.read(list_surveys, project, ListSurveys())
    by_name = {dialect.name: dialect for dialect in dialects}
    asked = [survey for survey in surveys if survey.dialect in by_name and _rates(survey)]
    said: list[SubmitResponse] = []
    for survey in asked:
        dialect = by_name[survey.dialect or ""]
        angry = [_angry(survey, dialect, now)] if survey is asked[0] else []
        answers = [*angry, *_answers(survey, dialect, now)]
        if "ask_by_email" in dialect.capabilities:
            for round_ in rounds_of(answers, _CUSTOMERS):
                await mail(database, project, survey, round_)
        else:
            said += answers
    # Some at a time: a demo is to be small, and memory that was needed once is kept.
    for start in range(0, len(said), _AT_A_TIME):
        part = said[start : start + _AT_A_TIME]
        await database.write(submit_responses, [(project, command) for command in part])


def _rates(survey: Survey) -> bool:
    question = survey.definition.rating_question
    return question is not None and (question.type in RATED or question.type is QuestionType.BINARY)


def _answers(survey: Survey, dialect: Dialect, now: int) -> Iterator[SubmitResponse]:
    chance = Random(survey.key)  # noqa: S311 - the same for everybody is what is wanted
    for back in range(_DAYS, -1, -1):
        mood = 0.15 if back in _LATE else 0.62 + 0.15 * (_DAYS - back) / _DAYS
        for number in range(chance.randrange(_A_DAY)):
            at = now - back * DAY - chance.randrange(12 * HOUR)
            feeling = 1 if chance.random() < mood else chance.choice((0, -1, -1))
            comment = chance.choice(_SAID[feeling]) if chance.random() < 0.5 else None
            yield _answer(survey, dialect, chance, feeling, comment, at, f"{back}-{number}")


def _angry(survey: Survey, dialect: Dialect, now: int) -> SubmitResponse:
    """What is to be found first in the morning: somebody was furious yesterday."""
    chance = Random(0)  # noqa: S311
    return _answer(survey, dialect, chance, -1, _ANGRY, now - DAY + HOUR, "angry")


def _answer(
    survey: Survey,
    dialect: Dialect,
    chance: Random,
    feeling: int,
    comment: str | None,
    at: int,
    place: str,
) -> SubmitResponse:
    customer = chance.randrange(_CUSTOMERS)
    who = ContactKey(Identity.EXTERNAL, f"customer-{customer}")
    question = survey.definition.rating_question
    assert question is not None  # noqa: S101 - only such surveys are asked
    asked = [q for q in survey.definition.questions if q.type in RATED or q is question]
    chat = "conversations" in dialect.capabilities
    mails = "ask_by_email" in dialect.capabilities
    return SubmitResponse(
        dialect=dialect.name,
        channel=Channel.CHAT if chat else Channel.EMAIL if mails else Channel.IN_APP,
        survey=survey.key,
        contact=who,
        about=_chat(dialect, chance, who, place, at) if chat else None,
        answers=[(q.id, _value(q, chance, feeling)) for q in asked],
        comment=comment,
        traits={"name": f"{_NAMES[customer % len(_NAMES)]} {_SURNAMES[customer % len(_SURNAMES)]}"},
        # Some answer more often than a survey that watches its target would let them.
        force=True,
        said_at=at,
    )


def _chat(
    dialect: Dialect, chance: Random, who: ContactKey, place: str, at: int
) -> RecordConversation:
    agent, department = chance.choice(_AGENTS)
    return RecordConversation(
        dialect=dialect.name,
        reference=f"sample-{dialect.name}-{place}",
        contact=who,
        agent=agent,
        department=department,
        channel="web",
        is_open=False,
        opened_at=at - HOUR,
        closed_at=at,
    )


def _value(question: Question, chance: Random, feeling: int) -> str | int:
    if question.type is QuestionType.BINARY:
        return POSITIVE if feeling >= 0 else NEGATIVE
    low, high = question.minimum, question.maximum
    third = (high - low) / 3
    steps = {-1: (low, low + third), 0: (low + third, high - third), 1: (high - third, high)}
    start, end = steps[feeling]
    return round(chance.uniform(start, end))
