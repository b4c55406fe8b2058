"""Which answers and invitations a figure is of."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Selection:
    """Those of one survey, channel or wire; None: of all."""

    survey_id: str | None = None
    channel: str | None = None
    dialect: str | None = None

    @property
    def is_everything(self) -> bool:
        """Whether nothing is left out."""
        return self == EVERYTHING


EVERYTHING = Selection()
