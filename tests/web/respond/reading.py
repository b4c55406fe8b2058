"""A page as its reader finds it: the words, and the form as a browser would send it."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

import httpx

Attributes = dict[str, str | None]


@dataclass(slots=True)
class Found:
    """What is on a page. ``chosen`` is what the form would send as it stands."""

    status: int
    text: str
    language: str
    direction: str
    title: str = ""
    chosen: list[tuple[str, str]] = field(default_factory=list)
    offered: dict[str, list[str]] = field(default_factory=dict)
    controls: dict[str, Attributes] = field(default_factory=dict)
    actions: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)

    def sending(self, **answers: str | list[str]) -> list[tuple[str, str]]:
        """The form with questions, by id, answered differently."""
        changed = {f"q.{name}": value for name, value in answers.items()}
        kept = [(name, value) for name, value in self.chosen if name not in changed]
        for name, value in changed.items():
            kept += [(name, each) for each in ([value] if isinstance(value, str) else value)]
        return kept


def read(reply: httpx.Response) -> Found:
    """Read a page; what is no page at all fails."""
    assert reply.headers["content-type"] == "text/html; charset=utf-8"
    reader = _Reader()
    reader.feed(reply.text)
    reader.close()
    found = reader.found
    found.status = reply.status_code
    found.text = " ".join("".join(reader.words).split())
    found.title = " ".join(reader.title.split())
    return found


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found = Found(0, "", "", "")
        self.words: list[str] = []
        self.title = ""
        self._inside: list[str] = []
        self._area: str | None = None
        self._selecting = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if given.get("id"):
            self.found.controls[str(given["id"])] = given
        if tag not in {"span", "a"}:
            self.words.append(" ")
        if tag not in {"input", "meta", "link", "br", "path", "circle"}:
            self._inside.append(tag)
        read = getattr(self, f"_{tag}", None)
        if read:
            read(given)

    def handle_endtag(self, tag: str) -> None:
        while self._inside and self._inside.pop() != tag:
            continue
        if tag == "textarea" and self._area is not None:
            name, _, text = self._area.partition("\0")
            self.found.chosen.append((name, text.removeprefix("\n")))
            self._area = None

    def handle_data(self, data: str) -> None:
        if self._inside and self._inside[-1] == "title":
            self.title += data
        elif self._area is not None:
            self._area += data
        else:
            self.words.append(re.sub("[\u2066-\u2069]", "", data))

    def _html(self, given: Attributes) -> None:
        self.found.language, self.found.direction = given["lang"] or "", given["dir"] or ""

    def _a(self, given: Attributes) -> None:
        self.found.links.append(given["href"] or "")

    def _form(self, given: Attributes) -> None:
        assert given["method"] == "post"
        self.found.actions.append(given["action"] or "")

    def _input(self, given: Attributes) -> None:
        name, value = given["name"] or "", given.get("value") or ""
        if given["type"] in {"radio", "checkbox"}:
            self.found.offered.setdefault(name, []).append(value)
            if "checked" not in given:
                return
        self.found.chosen.append((name, value))

    def _select(self, given: Attributes) -> None:
        self._selecting = given["name"] or ""

    def _option(self, given: Attributes) -> None:
        self.found.offered.setdefault(self._selecting, []).append(given.get("value") or "")
        if "selected" in given:
            self.found.chosen.append((self._selecting, given.get("value") or ""))

    def _textarea(self, given: Attributes) -> None:
        self._area = f"{given['name']}\0"
