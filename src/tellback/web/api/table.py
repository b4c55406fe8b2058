"""Every operation of the API."""

from tellback.web.api import contacts, conversations
from tellback.web.api.operations import Operation

OPERATIONS: tuple[Operation, ...] = (
    *contacts.OPERATIONS,
    *conversations.OPERATIONS,
)
