"""Every route of the pages for respondents."""

from typing import Any

from tellback.web.respond.answer import show, take
from tellback.web.respond.logos import show_logo
from tellback.web.respond.shared import show_code, show_shared, take_shared
from tellback.web.respond.theme import show_theme
from tellback.web.respond.unsubscribe import ask, confirm, take_back
from tellback.web.respond.visits import see_pixel, step_into_trap

HANDLERS: list[Any] = [
    show,
    take,
    show_shared,
    take_shared,
    show_code,
    show_theme,
    show_logo,
    ask,
    confirm,
    take_back,
    see_pixel,
    step_into_trap,
]
