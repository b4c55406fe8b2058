"""Stand-ins for texts and slots while a template is rendered."""

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from tellback.mail.message import Part, Slot
from tellback.mail.survey_mail import one_line


@dataclass(slots=True)
class Marks:
    """The marks of one rendering. Their token cannot be guessed, so no text can contain one."""

    token: str = field(default_factory=lambda: secrets.token_hex(8))
    texts: list[str] = field(default_factory=list)

    def text(self, text: str) -> str:
        """A mark for the text; nothing for an empty one, so that a template may test for it."""
        line = one_line(text)
        if not line:
            return ""
        self.texts.append(line)
        return f"q{self.token}T{len(self.texts) - 1}Z"

    def slot(self, name: str) -> str:
        return f"q{self.token}S{name}Z"

    def parts(self, rendered: str, encode: Callable[[str], str]) -> list[Part]:
        """The rendered text with each mark exchanged for its text, encoded, or for its slot."""
        pieces = re.split(rf"q{self.token}(T[0-9]+|S[a-z_]+)Z", rendered)
        return [
            piece if index % 2 == 0 else self._meaning(piece, encode)
            for index, piece in enumerate(pieces)
        ]

    def _meaning(self, mark: str, encode: Callable[[str], str]) -> Part:
        return Slot(mark[1:]) if mark[0] == "S" else encode(self.texts[int(mark[1:])])
