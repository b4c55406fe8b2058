"""The surveys of the demo's shop."""

import re

from tellback.cli.shop_surveys import SHOP_SURVEYS, publish
from tellback.core.model import Place, SurveyType
from tellback.core.queries import ListSurveys
from tellback.store.database import Database
from tellback.store.surveys import list_surveys
from tellback.web.pages import HOME
from tests.conftest import Tenant


async def test_they_are_live_and_of_every_type(database: Database, shop: Tenant) -> None:
    await publish(database, shop.made.project)
    listed = await database.read(list_surveys, shop.made.project, ListSurveys())
    published = {survey.key: survey for survey in listed if survey.definition.widget}
    assert published.keys() == SHOP_SURVEYS.keys()
    assert all(survey.live for survey in published.values())
    kinds = {survey.definition.type for survey in published.values()}
    assert kinds == {SurveyType.NPS, SurveyType.BINARY, SurveyType.CES, SurveyType.CSAT}


def test_the_shop_has_what_they_wait_for() -> None:
    page = (HOME / "templates" / "dashboard" / "shop.html").read_text()
    rules = {key: survey.widget for key, survey in SHOP_SURVEYS.items() if survey.widget}
    inline = {key for key, rule in rules.items() if rule.place is Place.INLINE}
    assert inline == set(re.findall(r'data-tellback="([^"]+)"', page))
    events = {name for rule in rules.values() for name in rule.events}
    assert events == set(re.findall(r'data-track="([^"]+)"', page))
