"""The names of this wire's operations."""

SURVEY = "survey_room"
REGISTER = "register_visitor"
GET_VISITOR = "get_visitor"
DELETE_VISITOR = "delete_visitor"
SET_STATUS = "set_visitor_status"
OPEN = "open_room"
CLOSE = "close_room"
CLOSE_BY_USER = "close_room_by_user"
LIST_ROOMS = "list_rooms"
CONFIG = "get_config"
MESSAGE = "send_message"
OFFLINE_MESSAGE = "leave_offline_message"
INFO = "get_info"
WEBHOOK = "receive_webhook"
#: Those of which the vendor's newer kind of route says its validation errors.
TYPED = frozenset({CONFIG})
