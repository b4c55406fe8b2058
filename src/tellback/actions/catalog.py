"""Which action carries out a command, and which store function answers a query."""

from collections.abc import Callable, Mapping
from typing import Any

from tellback.actions.ask_in_conversations import ask_in_conversations
from tellback.actions.change_contacts import change_contacts, merge_contacts
from tellback.actions.check_asks import check_asks
from tellback.actions.close_conversations import close_conversations
from tellback.actions.define_surveys import define_surveys
from tellback.actions.dismiss_asks import dismiss_asks
from tellback.actions.erase_contacts import erase_contacts
from tellback.actions.identify_contacts import identify_contacts
from tellback.actions.open_conversations import open_conversations
from tellback.actions.record_conversations import record_conversations
from tellback.actions.record_events import record_events
from tellback.actions.record_messages import record_messages
from tellback.actions.record_rejections import record_rejections
from tellback.actions.request_invitations import request_invitations
from tellback.actions.submit_responses import submit_responses
from tellback.actions.suppress import replace_suppressions, suppress
from tellback.core.commands import (
    ChangeContact,
    CheckAsk,
    DefineSurvey,
    DismissAsk,
    EraseContact,
    IdentifyContact,
    MergeContacts,
    RecordEvent,
    RecordRejection,
    ReplaceSuppressions,
    RequestInvitation,
    SubmitResponse,
    Suppress,
)
from tellback.core.conversations import (
    AskInConversation,
    CloseConversation,
    FindContacts,
    GetContact,
    GetConversation,
    ListConversations,
    OpenConversation,
    RecordConversation,
    RecordMessage,
)
from tellback.core.queries import (
    CountInvitations,
    GetInvitation,
    GetResponse,
    ListContacts,
    ListInvitations,
    ListProperties,
    ListResponses,
    ListSuppressions,
    ListSurveys,
    ScoreInvitations,
    SummariseResponses,
)
from tellback.store.contact_records import list_contacts
from tellback.store.conversation_records import (
    find_contacts,
    get_contact,
    get_conversation,
    list_conversations,
)
from tellback.store.database import Action
from tellback.store.figures import count_invitations, score_invitations
from tellback.store.listing import get_invitation, list_invitations
from tellback.store.properties import list_properties
from tellback.store.response_records import get_response, list_responses, summarise_responses
from tellback.store.suppressions import list_suppressions
from tellback.store.surveys import list_surveys

WRITES: Mapping[type, Action] = {
    AskInConversation: ask_in_conversations,
    ChangeContact: change_contacts,
    CheckAsk: check_asks,
    CloseConversation: close_conversations,
    DefineSurvey: define_surveys,
    DismissAsk: dismiss_asks,
    EraseContact: erase_contacts,
    IdentifyContact: identify_contacts,
    MergeContacts: merge_contacts,
    OpenConversation: open_conversations,
    RecordConversation: record_conversations,
    RecordEvent: record_events,
    RecordMessage: record_messages,
    RecordRejection: record_rejections,
    ReplaceSuppressions: replace_suppressions,
    RequestInvitation: request_invitations,
    SubmitResponse: submit_responses,
    Suppress: suppress,
}

READS: Mapping[type, Callable[..., Any]] = {
    CountInvitations: count_invitations,
    FindContacts: find_contacts,
    GetContact: get_contact,
    GetConversation: get_conversation,
    GetInvitation: get_invitation,
    GetResponse: get_response,
    ListContacts: list_contacts,
    ListConversations: list_conversations,
    ListInvitations: list_invitations,
    ListProperties: list_properties,
    ListResponses: list_responses,
    ListSuppressions: list_suppressions,
    ListSurveys: list_surveys,
    ScoreInvitations: score_invitations,
    SummariseResponses: summarise_responses,
}
