"""Any survey that contradicts itself in nothing: what `hypothesis` draws them from."""

from typing import Any

from hypothesis import strategies as st

from tellback.core.model import (
    CHOSEN,
    NEGATIVE,
    POSITIVE,
    RATED,
    Choice,
    Condition,
    Place,
    Question,
    QuestionType,
    ShowIf,
    SurveyDefinition,
    SurveyType,
    Text,
    WidgetRule,
)
from tellback.core.targeting import OPERATORS

#: Everything that a database keeps, with what YAML takes for something else.
_CHARACTERS = st.characters(exclude_categories=("Cs",), exclude_characters="\0")
_TRAPS = st.sampled_from(
    ["no", "yes", "on", "~", "null", "1", "01", "1.0", "12:30", "2026-01-31", "=", "<<", "- a: b"]
)
WORDS = st.text(_CHARACTERS, max_size=20) | _TRAPS
#: With room above them for those that are not given.
_NUMBERS = st.integers(1, 2**62)
_LIMITS = st.floats(-1e6, 1e6) | st.integers(-1_000, 1_000).map(float)


def _named(word: str) -> bool:
    return word.isprintable() and word.strip() == word != ""


_NAMES = WORDS.filter(_named).filter(lambda name: not name.isdigit())
_VALUES = st.lists(_NAMES, min_size=1, max_size=4, unique=True)
_LANGUAGES = st.sampled_from(["en", "de", "no", "pt-br", "zh-hant"])


def texts(least: int = 0) -> st.SearchStrategy[Text]:
    """A text in some languages."""
    words = WORDS if not least else WORDS.filter(bool)
    return st.dictionaries(_LANGUAGES, words, min_size=least, max_size=3)


@st.composite
def _questions(draw: st.DrawFn) -> tuple[Question, ...]:
    made: list[Question] = []
    ids = draw(st.lists(_NAMES, min_size=1, max_size=6, unique=True))
    numbers = draw(st.lists(_NUMBERS, min_size=len(ids), max_size=len(ids), unique=True))
    for id_, number in zip(ids, numbers, strict=True):
        kind = draw(st.sampled_from(QuestionType))
        made.append(
            Question(
                id_,
                kind,
                draw(texts(1)),
                required=draw(st.booleans()),
                metric=draw(st.sampled_from(_metrics(kind))),
                placeholder=draw(texts()),
                number=draw(st.none() | st.just(number)),
                show_if=draw(_rules(made)),
                label=draw(texts()),
                goal=draw(st.none() | _LIMITS),
                **draw(_offers(kind)),
            )
        )
    return tuple(made)


def _metrics(kind: QuestionType) -> list[str | None]:
    if kind is QuestionType.BINARY:
        return [None, "binary"]
    scored = kind in RATED | CHOSEN and kind is not QuestionType.MULTIPLE_CHOICE
    return [None, "nps", "csat", "ces"] if scored else [None]


@st.composite
def _offers(draw: st.DrawFn, kind: QuestionType) -> dict[str, Any]:
    if kind in RATED:
        low, high = draw(st.lists(st.integers(-9, 999), min_size=2, max_size=2, unique=True))
        steps = st.integers(min(low, high), max(low, high)).map(str)
        values = draw(st.lists(steps, max_size=2, unique=True))
        return {"minimum": low, "maximum": high, "choices": draw(_choices(values))}
    if kind is QuestionType.BINARY:
        return {"choices": draw(_choices([NEGATIVE, POSITIVE]) | st.just(()))}
    return {"choices": draw(_choices(draw(_VALUES)))} if kind in CHOSEN else {}


@st.composite
def _choices(draw: st.DrawFn, values: list[str]) -> tuple[Choice, ...]:
    return tuple(Choice(value, draw(texts())) for value in values)


@st.composite
def _rules(draw: st.DrawFn, earlier: list[Question]) -> tuple[ShowIf, ...]:
    ruled = [q for q in earlier if q.choices or q.type in RATED or q.type is QuestionType.NUMBER]
    about = draw(st.lists(st.sampled_from(ruled), max_size=2)) if ruled else []
    return tuple(draw(_rule(question)) for question in about)


@st.composite
def _rule(draw: st.DrawFn, about: Question) -> ShowIf:
    if about.type in CHOSEN:
        values = st.sampled_from([choice.value for choice in about.choices])
        return ShowIf(about.id, any_of=tuple(draw(st.lists(values, min_size=1, max_size=3))))
    low, high = sorted(draw(st.tuples(_LIMITS, _LIMITS)))
    bounds = draw(st.sampled_from([(low, high), (low, None), (None, high)]))
    return ShowIf(about.id, (), *bounds)


_CONDITIONS = st.builds(
    Condition,
    property=WORDS,
    operator=st.sampled_from(sorted(OPERATORS)),
    value=st.none() | WORDS | st.booleans() | _LIMITS,
)

_PATTERNS = st.lists(WORDS.filter(bool), max_size=3).map(tuple)
_WIDGET_RULES = st.builds(
    WidgetRule,
    place=st.sampled_from(Place),
    pages=_PATTERNS,
    events=_PATTERNS,
    sample=st.integers(0, 100),
    delay=st.integers(0, 3_600),
    snooze_days=st.integers(0, 400),
)
DEFINITIONS = st.builds(
    SurveyDefinition,
    name=WORDS,
    type=st.sampled_from(SurveyType),
    questions=_questions(),
    subject=texts(),
    thanks=texts(),
    allow_anonymous=st.booleans(),
    targeting=st.lists(_CONDITIONS, max_size=2).map(tuple),
    repeat_after_days=st.none() | st.integers(0, 400),
    header=texts(),
    channels=st.lists(WORDS.filter(bool), max_size=3, unique=True).map(tuple),
    hide_after=st.none() | st.integers(1, 86_400),
    widget=st.none() | _WIDGET_RULES,
)
