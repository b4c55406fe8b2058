"""A page's form as a browser without script sends it."""

from collections.abc import Iterable
from html.parser import HTMLParser

Fields = list[tuple[str, str]]
_UNSENT = frozenset({"submit", "button", "file"})


class _Form(HTMLParser):
    """The fields of the form with that action, in their order."""

    def __init__(self, action: str) -> None:
        super().__init__()
        self.fields: Fields = []
        self._action, self._inside = action, False
        self._area: tuple[str, list[str]] | None = None
        self._select: tuple[str, list[str]] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name, value = given.get("name") or "", given.get("value") or ""
        if tag == "form":
            self._inside = given.get("action") == self._action
        if not self._inside:
            return
        if tag == "input" and name and given.get("type") not in _UNSENT:
            boxed = given.get("type") in {"checkbox", "radio"}
            if not boxed or "checked" in given:
                self.fields.append((name, value))
        elif tag == "textarea":
            self._area = (name, [])
        elif tag == "select":
            self._select = (name, [])
        elif tag == "option" and self._select and (not self._select[1] or "selected" in given):
            self._select[1][:] = [value]

    def handle_data(self, data: str) -> None:
        if self._area:
            self._area[1].append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
        elif tag == "textarea" and self._area:
            # The line end right behind the tag is not part of it.
            self.fields.append((self._area[0], "".join(self._area[1]).removeprefix("\n")))
            self._area = None
        elif tag == "select" and self._select:
            self.fields += [(self._select[0], value) for value in self._select[1]]
            self._select = None


def fields_of(html: str, action: str) -> Fields:
    """What is in the form, without a button."""
    form = _Form(action)
    form.feed(html)
    assert form.fields, f"there is no form to {action}"
    return form.fields


def with_values(fields: Iterable[tuple[str, str]], **values: str) -> Fields:
    """The same with other values; ``__`` stands for a dot, and what is new comes last."""
    changed = {name.replace("__", "."): value for name, value in values.items()}
    known = [(name, changed.get(name, value)) for name, value in fields]
    names = {name for name, _ in known}
    return [*known, *((name, value) for name, value in changed.items() if name not in names)]
