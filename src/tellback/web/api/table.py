"""Every operation of the API."""

from tellback.web.api import (
    contacts,
    conversations,
    invitations,
    mappings,
    projects,
    reference,
    rejected,
    responses,
    scores,
    suppressions,
    surveys,
)
from tellback.web.api.operations import Operation

_NOUNS: tuple[Operation, ...] = (
    *projects.OPERATIONS,
    *surveys.OPERATIONS,
    *contacts.OPERATIONS,
    *conversations.OPERATIONS,
    *mappings.OPERATIONS,
    *invitations.OPERATIONS,
    *responses.OPERATIONS,
    *scores.OPERATIONS,
    *suppressions.OPERATIONS,
    *rejected.OPERATIONS,
)
OPERATIONS: tuple[Operation, ...] = (*_NOUNS, *reference.describing(_NOUNS))
