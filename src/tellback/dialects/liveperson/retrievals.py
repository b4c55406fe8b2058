"""Which survey a client gets, and getting it."""

import re
from collections.abc import Callable, Iterable, Sequence

from tellback.core.model import Survey
from tellback.core.queries import ListSurveys
from tellback.dialects.contract import Call, Exchange, HttpReply, HttpRequest
from tellback.dialects.liveperson.bodies import number_of
from tellback.dialects.liveperson.definitions import (
    NUMBER_FORMAT,
    survey_json,
    survey_values,
    survey_xml,
)
from tellback.dialects.liveperson.errors import SurveyUnavailable
from tellback.dialects.liveperson.formats import reply

NAME = "liveperson"
#: The kinds of surveys, which are the beginnings of their keys.
OFFLINE, PRE_CHAT, EXIT, AGENT = "offline", "prechat", "exit", "agent"


def decode_retrieval(_request: HttpRequest) -> Call:
    """``GET`` of any survey."""
    return Call(query=ListSurveys())


def encode_survey(kind: str) -> Callable[[Exchange, Sequence[Survey]], HttpReply]:
    """The survey of a kind that the query asks for."""

    def encode(exchange: Exchange, surveys: Sequence[Survey]) -> HttpReply:
        live = [survey for survey in surveys if survey.live]
        found = select(kind, exchange.request, live)
        if found is None or exchange.project is None:
            raise SurveyUnavailable
        values = survey_values(found, exchange.project.settings.language)
        as_text = exchange.switch(NUMBER_FORMAT.name) == "text"
        value = survey_json(values, as_text=as_text)
        return reply(exchange.request, 200, value, survey_xml(values))

    return encode


def select(kind: str, request: HttpRequest, surveys: Sequence[Survey]) -> Survey | None:
    """By name, if there is one of that name; else by id; else by profile or skill; else the usual.

    A profile makes the skill count for nothing. A pre-chat survey's id counts only without a name.
    """
    name, number = request.first("surveyName"), request.first("surveyApiId")
    named = _first(surveys, lambda one: name in (one.key, one.definition.name)) if name else None
    if named is not None:
        return named
    if number and not (name and kind == PRE_CHAT):
        wanted = number_of(number)
        return _first(surveys, lambda one: str(one.number) == wanted)
    group = request.first("visitorProfile") or request.first("skill")
    special = _keyed(surveys, f"{kind}-{_key_of(group)}") if group else None
    return special or _usual(kind, surveys)


def _usual(kind: str, surveys: Sequence[Survey]) -> Survey | None:
    usual = _keyed(surveys, kind)
    if usual is None and kind == OFFLINE:
        return _first(surveys, lambda one: one.dialect == NAME)
    return usual


def _keyed(surveys: Sequence[Survey], key: str) -> Survey | None:
    return _first(surveys, lambda one: one.key == key)


def _first(surveys: Iterable[Survey], fits: Callable[[Survey], bool]) -> Survey | None:
    return next((survey for survey in surveys if fits(survey)), None)


def _key_of(group: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", group.lower()).strip("-")
