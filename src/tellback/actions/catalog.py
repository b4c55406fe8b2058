"""Which action carries out a command, and which store function answers a query."""

from collections.abc import Callable, Mapping
from typing import Any

from tellback.actions.record_rejections import record_rejections
from tellback.actions.request_invitations import request_invitations
from tellback.core.commands import RecordRejection, RequestInvitation
from tellback.core.queries import ListProperties, ListSurveys
from tellback.store.database import Action
from tellback.store.properties import list_properties
from tellback.store.surveys import list_surveys

WRITES: Mapping[type, Action] = {
    RecordRejection: record_rejections,
    RequestInvitation: request_invitations,
}

READS: Mapping[type, Callable[..., Any]] = {
    ListProperties: list_properties,
    ListSurveys: list_surveys,
}
