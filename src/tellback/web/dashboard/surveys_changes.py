"""What the editor's buttons do to a draft: add, move and remove its parts."""

import re
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from tellback.core.model import CHOSEN, RATED, QuestionType
from tellback.web.dashboard.surveys_fields import QUESTION_TEXTS, TEXTS, Content, language_of
from tellback.web.dashboard.surveys_words import language_named

#: What a scale of a type begins with.
_ENDS = {QuestionType.NPS: (0, 10)}
_USUAL_ENDS = (1, 5)
_NAMES = {QuestionType.LONG_TEXT: "comment", **dict.fromkeys(RATED, "rating")}
_SCORES = ("nps", "csat", "ces")
#: What begins like the tag of a language that somebody speaks, and not with its name.
_SHORT = re.compile(r"[a-z]{2,3}(-|\Z)")


def change(content: Content, do: str, choices: Mapping[str, str]) -> str:
    """Do to a draft what a button says, and settle what follows from a changed type.

    ``choices`` are the other fields beside the buttons. The result is the id of the part of the
    page that it is about.
    """
    _settle(content)
    name, _, rest = do.partition(".")
    places = tuple(int(part) for part in rest.split(".") if part.isdigit() and len(part) < 6)
    work = _WORK.get(name)
    try:
        return work(_Press(content, places, rest, choices)) if work else ""
    except (IndexError, ValueError):
        # Buttons of a page that is no longer true do nothing.
        return "questions"


def new_question(kind: QuestionType, taken: Sequence[str]) -> dict[str, Any]:
    """A question of that type with nothing in it yet, and a name that is free."""
    low, high = _ENDS.get(kind, _USUAL_ENDS) if kind in RATED else (0, 10)
    stem = _NAMES.get(kind, kind.value.replace("_", "-"))
    return {
        "id": _free(stem, taken),
        "type": kind.value,
        "name": None,
        "minimum": low,
        "maximum": high,
        "choices": _empty_choices(kind),
        "required": False,
        "metric": None,
        "number": None,
        "show_if": [],
        "goal": None,
        "text": {},
        "label": {},
        "placeholder": {},
    }


def _settle(content: Content) -> None:
    """A question of another type than before has the scale and the choices of its new one."""
    for question in content["definition"]["questions"]:
        was = question.pop("was", "")
        if was and question["type"] != was and question["type"] in set(QuestionType):
            _retype(question, QuestionType(question["type"]))


def _retype(question: dict[str, Any], kind: QuestionType) -> None:
    if kind in RATED:
        question["minimum"], question["maximum"] = _ENDS.get(kind, _USUAL_ENDS)
    if kind is QuestionType.BINARY or kind not in RATED | CHOSEN:
        question["choices"] = []
    elif kind in CHOSEN and not question["choices"]:
        question["choices"] = _empty_choices(kind)
    question["metric"] = _metric(question["metric"], kind)


def _metric(before: str | None, kind: QuestionType) -> str | None:
    if before is None or kind not in RATED | CHOSEN or kind is QuestionType.MULTIPLE_CHOICE:
        return None
    if kind is QuestionType.BINARY:
        return "binary"
    if kind is QuestionType.NPS:
        return "nps"
    return before if before in _SCORES else None


def _empty_choices(kind: QuestionType) -> list[dict[str, Any]]:
    if kind not in CHOSEN or kind is QuestionType.BINARY:
        return []
    return [{"value": "", "label": {}} for _ in range(2)]


def _free(stem: str, taken: Sequence[str]) -> str:
    names = [stem, *(f"{stem}-{number}" for number in range(2, len(taken) + 3))]
    return next(name for name in names if name not in taken)


@dataclass(frozen=True, slots=True)
class _Press:
    """A button that was pressed: on which draft, and at which of its parts."""

    content: Content
    places: Sequence[int]
    rest: str
    choices: Mapping[str, str]

    @property
    def questions(self) -> list[dict[str, Any]]:
        """The draft's questions."""
        found: list[dict[str, Any]] = self.content["definition"]["questions"]
        return found

    def add(self) -> str:
        """A further question."""
        wanted = self.choices.get("add_type", "")
        kind = QuestionType(wanted) if wanted in set(QuestionType) else QuestionType.LONG_TEXT
        self.questions.append(new_question(kind, [one["id"] for one in self.questions]))
        return f"q{len(self.questions) - 1}"

    def copy(self) -> str:
        """The same question again, below."""
        [at] = self.places
        one, taken = self.questions[at], [each["id"] for each in self.questions]
        own = {"id": _free(f"{one['id']}-copy", taken), "name": None, "number": None}
        self.questions.insert(at + 1, {**deepcopy(one), **own})
        return f"q{at + 1}"

    def move(self, by: int) -> str:
        """A question to another place."""
        [at] = self.places
        to = min(max(at + by, 0), len(self.questions) - 1)
        self.questions.insert(to, self.questions.pop(at))
        return f"q{to}"

    def remove(self) -> str:
        """A question less."""
        [at] = self.places
        self.questions.pop(at)
        return f"q{min(at, len(self.questions) - 1)}" if self.questions else "questions"

    def add_row(self, name: str) -> str:
        """A further choice or rule of a question."""
        [at] = self.places
        rows = self.questions[at][name]
        rows.append(deepcopy(dict(_EMPTY_ROWS[name])))
        return f"q{at}-{name}-{len(rows) - 1}"

    def remove_row(self, name: str) -> str:
        """A choice or a rule less."""
        at, row = self.places
        self.questions[at][name].pop(row)
        return f"q{at}-{name}-add"

    def add_condition(self) -> str:
        """A further condition on who is asked."""
        rows = self.content["definition"]["targeting"]
        rows.append({"property": "", "operator": "==", "value": ""})
        return f"targeting-{len(rows) - 1}"

    def remove_condition(self) -> str:
        """A condition less."""
        [at] = self.places
        self.content["definition"]["targeting"].pop(at)
        return "targeting"

    def add_language(self) -> str:
        """A further language to write in, by its name or its tag."""
        typed = self.choices.get("add_language", "")
        tag = language_named(typed) or language_of(typed)
        if typed.strip() and not _SHORT.match(tag):
            return "no-language"
        if tag and tag not in self.content["languages"]:
            self.content["languages"].append(tag)
        return "languages"

    def remove_language(self) -> str:
        """A language less, with its texts."""
        languages = self.content["languages"]
        if self.rest in languages and len(languages) > 1:
            languages.remove(self.rest)
            _forget(self.content["definition"], self.rest)
        return "languages"


def _forget(data: Any, tag: str) -> None:
    """Take the texts of a language out, wherever they are."""
    if isinstance(data, list):
        for part in data:
            _forget(part, tag)
    elif isinstance(data, dict):
        for name, part in data.items():
            if name in (*TEXTS, *QUESTION_TEXTS) and isinstance(part, dict):
                part.pop(tag, None)
            else:
                _forget(part, tag)


_EMPTY_ROWS: Mapping[str, Mapping[str, Any]] = {
    "choices": {"value": "", "label": {}},
    "show_if": {"question": "", "any_of": [], "at_least": None, "at_most": None},
}
_WORK: Mapping[str, Callable[[_Press], str]] = {
    "add": _Press.add,
    "copy": _Press.copy,
    "remove": _Press.remove,
    "up": lambda press: press.move(-1),
    "down": lambda press: press.move(1),
    "choice": lambda press: press.add_row("choices"),
    "unchoice": lambda press: press.remove_row("choices"),
    "rule": lambda press: press.add_row("show_if"),
    "unrule": lambda press: press.remove_row("show_if"),
    "condition": _Press.add_condition,
    "uncondition": _Press.remove_condition,
    "language": _Press.add_language,
    "unlanguage": _Press.remove_language,
    "stay": lambda press: press.rest,
}
