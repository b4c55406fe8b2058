"""How a project wants to be known again: the addresses of its colour's sheet and of its logo."""

from tellback.core.asked import Occasion
from tellback.core.logo import NAME, logo_path
from tellback.core.model import Project
from tellback.core.settings import COLOUR


def theme_of(asked: Occasion) -> str:
    """The sheet of a survey's own colour, else of its project's; empty where none was chosen."""
    colour = asked.survey.definition.colour or asked.project.settings.colour
    return f"/-/theme/{colour[1:]}.css" if COLOUR.match(colour) else ""


def logo_of(project: Project) -> str:
    """A project's logo; empty where it has none."""
    name = project.settings.logo
    return logo_path(project.id, name) if NAME.fullmatch(name) else ""
