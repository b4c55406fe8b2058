"""The dashboard as one router: its handlers, and the door before them."""

from typing import Any

from litestar import Response, Router
from litestar.di import Provide
from litestar.exceptions import HTTPException

from tellback.core.errors import Overloaded
from tellback.web.dashboard import (
    asking,
    care,
    comment_export,
    comments,
    compared,
    connect,
    conversation_export,
    conversations,
    invitation_export,
    invitations,
    live,
    members,
    outbox,
    overview,
    password_links,
    people,
    people_export,
    progress,
    projects,
    rejected,
    rejected_export,
    response_export,
    responses,
    setting_look,
    settings,
    shop,
    signing,
    surveys,
    surveys_editor,
    surveys_page,
    surveys_previews,
    surveys_trial,
    surveys_widget,
    why,
)
from tellback.web.dashboard.desk import Desk
from tellback.web.dashboard.door import AnyRequest
from tellback.web.dashboard.failures import Failures
from tellback.web.pages import Site

HANDLERS = [
    *signing.HANDLERS,
    *password_links.HANDLERS,
    *projects.HANDLERS,
    *overview.HANDLERS,
    *responses.HANDLERS,
    *live.HANDLERS,
    *response_export.HANDLERS,
    *care.HANDLERS,
    *compared.HANDLERS,
    *comments.HANDLERS,
    *comment_export.HANDLERS,
    *conversations.HANDLERS,
    *conversation_export.HANDLERS,
    *people.HANDLERS,
    *people_export.HANDLERS,
    *surveys.HANDLERS,
    *surveys_page.HANDLERS,
    *surveys_editor.HANDLERS,
    *surveys_previews.HANDLERS,
    *surveys_trial.HANDLERS,
    *surveys_widget.HANDLERS,
    *invitations.HANDLERS,
    *invitation_export.HANDLERS,
    *asking.HANDLERS,
    *progress.HANDLERS,
    *why.HANDLERS,
    *outbox.HANDLERS,
    *connect.HANDLERS,
    *rejected.HANDLERS,
    *rejected_export.HANDLERS,
    *settings.HANDLERS,
    *setting_look.HANDLERS,
    *members.HANDLERS,
    *shop.HANDLERS,
]
#: No form of ours is larger but a survey's, which says so itself.
#: No form of ours is larger, but those that bring a file.
_LARGEST_FORM = 64 * 1024


def build_dashboard(site: Site) -> Router:
    """The router of every page behind the sign-in, and of the sign-in itself."""
    desk = Desk(site)
    failures = Failures(desk)

    # Litestar copies routers deeply, and takes nothing as it is but functions.
    async def admit(request: AnyRequest) -> Response[Any] | None:
        return await desk.door.admit(request)

    def refuse(request: AnyRequest, error: Exception) -> Response[Any]:
        return failures.refuse(request, error)

    return Router(
        "/",
        route_handlers=HANDLERS,
        before_request=admit,
        dependencies={"desk": Provide(lambda: desk, sync_to_thread=False)},
        # Each by name: the application's own handler for one would else go before ours for all.
        exception_handlers=dict.fromkeys((HTTPException, Overloaded, Exception), refuse),
        request_max_body_size=_LARGEST_FORM,
    )
