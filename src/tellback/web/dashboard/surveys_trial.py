"""A survey's mail to an address of one's own, to see how it arrives. It asks nobody.

There is no invitation behind it, so nothing counts: its links lead to the preview, and it says so.
"""

from dataclasses import replace
from typing import Any

from litestar import Response, post
from litestar.exceptions import NotFoundException
from litestar.response import Redirect

from tellback.core.addresses import normalise_address
from tellback.core.users import MAX_EMAIL, Area
from tellback.mail.compose import mail_survey, message_id_of, sender_of
from tellback.mail.errors import MailRefused
from tellback.mail.render import compile_survey_mail
from tellback.mail.survey_mail import MailSurvey, Recipient
from tellback.mail.transport import Delivered, Delivery, Envelope, open_transport
from tellback.store.ids import new_id
from tellback.web.dashboard.desk import Desk, GivenDesk
from tellback.web.dashboard.door import AnyRequest
from tellback.web.dashboard.surveys_fields import language_of
from tellback.web.dashboard.surveys_found import find_in_path, path_of, project_of
from tellback.web.dashboard.surveys_previews import Shown, previewed

_SAYS = "This is a test. Its links lead to the preview, and nothing that you do there counts."


@post("/-/p/{slug:str}/surveys/{key:str}/trial", opt={"area": Area.EDITING})
async def send_trial(request: AnyRequest, desk: GivenDesk) -> Response[Any]:
    """Send the draft's mail, or that of the survey without one, to an address."""
    found, form = await find_in_path(request, desk), await request.form()
    typed, language = str(form.get("address", "")).strip(), str(form.get("language", ""))
    shown = previewed(project_of(request), found, language_of(language))
    if shown is None:
        raise NotFoundException
    address = normalise_address(typed, MAX_EMAIL)
    told = "address" if address is None else await _send(request, desk, shown, address)
    path = path_of(shown.project, found.key, "preview")
    return Redirect(f"{path}?language={shown.language}&trial={told}", status_code=303)


async def _send(request: AnyRequest, desk: Desk, shown: Shown, address: str) -> str:
    """Send it, and the name of what came of that."""
    config = desk.site.config
    words = mail_survey(shown.project, shown.survey, shown.language, False, config.mail_from)
    base = desk.base_url(request)
    page = base + path_of(shown.project, shown.survey.key, "preview")
    sender = sender_of(shown.project, config.mail_from)
    try:
        message_id = message_id_of(new_id(), sender)
        now = desk.site.database.clock()
        copy = replace(_recipient(page, base), address=address, message_id=message_id, date=now)
        content = compile_survey_mail(trial_of(words)).fill(copy)
        envelope = Envelope(sender, address, content, message_id)
    except MailRefused:
        return "refused"
    return "sent" if isinstance(await _hand_over(desk, envelope), Delivered) else "failed"


async def _hand_over(desk: Desk, envelope: Envelope) -> Delivery:
    config = desk.site.config
    transport = open_transport(config.smtp_url, config.outbox, connections=1)
    try:
        return await transport.send(envelope)
    finally:
        await transport.close()


def trial_of(words: MailSurvey) -> MailSurvey:
    """The mail, marked as what it is."""
    return replace(words, subject=f"[Test] {words.subject}", footer=_SAYS)


def _recipient(page: str, base: str) -> Recipient:
    """A copy of nobody's: what a reader's program loads by itself is a picture of ours."""
    return Recipient(
        address="",
        message_id="",
        date=0,
        answer_url=page,
        unsubscribe_url=page,
        unsubscribe_mailto=None,
        pixel_url=f"{base}/-/static/dashboard/mark.svg",
        honeypot_url=page,
    )


HANDLERS = [send_trial]
