"""The editor: one form that is sent whole, whatever is pressed, and kept as the survey's draft."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from litestar import Response, get, post
from litestar.response import Redirect

from tellback.actions.apply_surveys import ApplySurvey
from tellback.actions.keep_drafts import (
    DropDraft,
    KeepDraft,
    Overtaken,
    basis_of,
    drop_drafts,
    keep_drafts,
    publish_drafts,
)
from tellback.core.errors import Invalid
from tellback.core.model import CHOSEN, NEGATIVE, POSITIVE, RATED, QuestionType
from tellback.core.users import Area
from tellback.store.survey_drafts import Draft
from tellback.web.dashboard.desk import Desk, GivenDesk
from tellback.web.dashboard.door import AnyRequest, entry_of
from tellback.web.dashboard.surveys_changes import change
from tellback.web.dashboard.surveys_fields import (
    MAX_FORM,
    Content,
    parse_fields,
    read_content,
)
from tellback.web.dashboard.surveys_found import Found, find_in_path, path_of, project_of
from tellback.web.dashboard.surveys_problems import Judged, Wrong, judge, placed
from tellback.web.dashboard.surveys_words import (
    LANGUAGES,
    METRICS,
    OPERATORS,
    SETTINGS,
    SURVEY_TYPES,
    TYPES,
    language_name,
)
from tellback.web.pages import HEADERS

#: With more questions than this only those are unfolded that one works on.
_MOST_OPEN = 3


@get("/-/p/{slug:str}/surveys/{key:str}/edit", opt={"area": Area.EDITING})
async def show_editor(request: AnyRequest, desk: GivenDesk) -> Response[Any]:
    """The draft of a survey, or the survey as it is, to be changed."""
    found = await find_in_path(request, desk)
    checks = "check" in request.query_params
    return _page(request, desk, found, judge(found.key, found.content), checks)


@post(
    "/-/p/{slug:str}/surveys/{key:str}/edit",
    opt={"area": Area.EDITING},
    request_max_body_size=MAX_FORM,
)
async def take(request: AnyRequest, desk: GivenDesk) -> Response[Any]:
    """Keep what was typed, then do what was pressed."""
    found = await find_in_path(request, desk)
    fields = parse_fields(await request.body())
    said = dict(fields)
    content, do = read_content(fields), said.get("do", "")
    at = change(content, do, said)
    kept = await _keep(request, desk, found, content, said.get("basis", ""))
    judged = judge(found.key, content)
    if "application/json" in request.headers.get("accept", ""):
        return _told(kept, found, judged, "check" in said)
    if isinstance(kept, Overtaken):
        return await _refuse(request, desk, content, judged, "check" in said)
    if do == "publish":
        return await _publish(request, desk, found, content, judged)
    if do == "preview":
        return Redirect(path_of(project_of(request), found.key, "preview"), status_code=303)
    asks = {"at": at} if at else {"saved": "1"}
    checks = {"check": "1"} if "check" in said or do == "check" else {}
    query = urlencode({**checks, **asks})
    return Redirect(f"{path_of(project_of(request), found.key, 'edit')}?{query}", status_code=303)


@post("/-/p/{slug:str}/surveys/{key:str}/discard", opt={"area": Area.EDITING})
async def discard(request: AnyRequest, desk: GivenDesk) -> Response[Any]:
    """Throw the draft away."""
    found, project = await find_in_path(request, desk), project_of(request)
    await desk.site.database.write_one(drop_drafts, DropDraft(project, found.key))
    return Redirect(path_of(project, found.key if found.survey else ""), status_code=303)


async def _keep(
    request: AnyRequest, desk: Desk, found: Found, content: Content, basis: str
) -> Draft | Overtaken:
    version = found.draft.version if found.draft else found.version
    author = entry_of(request).user.email
    job = KeepDraft(project_of(request), found.key, content, version, author, basis)
    kept: Draft | Overtaken = await desk.site.database.write_one(keep_drafts, job)
    return kept


def _told(kept: Draft | Overtaken, found: Found, judged: Judged, checks: bool) -> Response[Any]:
    """What the script is told: what is wrong, and upon what it goes on."""
    headers = {**HEADERS, "Cache-Control": "no-store"}
    if isinstance(kept, Overtaken):
        return Response({"overtaken": True}, status_code=409, headers=headers)
    wrong = judged.by_place if checks else {}
    told = {"wrong": wrong, "basis": basis_of(kept, found.version)}
    return Response(told, headers=headers)


async def _refuse(
    request: AnyRequest, desk: Desk, content: Content, judged: Judged, checks: bool
) -> Response[Any]:
    """What was typed, upon what is there now: sent once more it takes its place."""
    now = await find_in_path(request, desk)
    return _page(request, desk, now, judged, checks, content)


async def _publish(
    request: AnyRequest, desk: Desk, found: Found, content: Content, judged: Judged
) -> Response[Any]:
    project = project_of(request)
    if judged.definition is None or judged.wrong:
        query = f"{path_of(project, found.key, 'edit')}?check=1"
        return Redirect(query, status_code=303)
    live = found.survey.live if found.survey else bool(content["live"])
    author = entry_of(request).user.email
    job = ApplySurvey(project, found.key, live, judged.definition, judged.number, author)
    try:
        await desk.site.database.write_one(publish_drafts, job)
    except Invalid as error:
        wrong = tuple(placed(problem) for problem in error.problems)
        now = await find_in_path(request, desk)
        return _page(request, desk, now, Judged(judged.definition, None, wrong), True)
    return Redirect(f"{path_of(project, found.key)}?published=1", status_code=303)


def _page(
    request: AnyRequest,
    desk: Desk,
    found: Found,
    judged: Judged,
    checks: bool,
    typed: Content | None = None,
) -> Response[Any]:
    """The editor; with what was ``typed`` where that was not kept."""
    content = found.content if typed is None else typed
    wrong: Mapping[str, list[str]] = judged.by_place if checks else {}
    questions = content["definition"]["questions"]
    at = request.query_params.get("at", "")
    return desk.page(
        request,
        "survey_editor.html",
        status=200 if typed is None else 409,
        section="surveys",
        refused=typed is not None,
        found=found,
        content=content,
        definition=content["definition"],
        wrong=wrong,
        listed=[(one.place, named(one, questions)) for one in judged.wrong] if checks else [],
        checks=checks,
        at=at,
        saved="saved" in request.query_params,
        opened={n for n in range(len(questions)) if _is_open(n, len(questions), at, wrong)},
        overtaken=found.draft is not None and found.draft.version != found.version,
        survey_types=SURVEY_TYPES,
        types=TYPES,
        metrics=METRICS,
        operators=OPERATORS,
        languages=LANGUAGES,
        language_name=language_name,
        missing=missing_texts(content),
        rated={kind.value for kind in RATED},
        chosen={kind.value for kind in CHOSEN - {QuestionType.BINARY}},
        scored={kind.value for kind in RATED | CHOSEN - {QuestionType.MULTIPLE_CHOICE}},
        answers_of=answers_of,
        plain=plain,
    )


def named(wrong: Wrong, questions: list[dict[str, Any]]) -> str:
    """What is wrong, with the question that it is wrong with."""
    at = wrong.place.partition("-")[0].removeprefix("q")
    if at.isdigit() and int(at) < len(questions):
        return f"Question {int(at) + 1}: {wrong.message}"
    where = SETTINGS.get(wrong.place)
    return f"{where}: {wrong.message}" if where else wrong.message


def plain(value: Any) -> str:
    """A number as somebody would type it; what is none as it was typed."""
    if value is None:
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def answers_of(question: Mapping[str, Any], language: str) -> list[tuple[str, str]]:
    """What a rule may ask for of a question that is answered by a choice: value and words."""
    if question["type"] == QuestionType.BINARY:
        return [(POSITIVE, "Yes"), (NEGATIVE, "No")]
    if question["type"] not in CHOSEN:
        return []
    found = []
    for choice in question["choices"]:
        label = choice["label"].get(language) or next(iter(choice["label"].values()), "")
        value = choice["value"] or next(iter(choice["label"].values()), "")
        if value:
            found.append((value, label or value))
    return found


def missing_texts(content: Content) -> dict[str, int]:
    """How many texts each language lacks that the first one has."""
    first, *others = content["languages"]
    texts = [text for text in _texts(content["definition"]) if text.get(first)]
    return {tag: sum(tag not in text for text in texts) for tag in others}


def _texts(definition: Mapping[str, Any]) -> list[Mapping[str, str]]:
    found = [definition[name] for name in ("subject", "header", "thanks")]
    for question in definition["questions"]:
        found += [question[name] for name in ("text", "label", "placeholder")]
        found += [choice["label"] for choice in question["choices"]]
    return found


def _is_open(place: int, count: int, at: str, wrong: Mapping[str, Any]) -> bool:
    own = f"q{place}"
    asked = at == own or at.startswith(f"{own}-")
    return count <= _MOST_OPEN or asked or any(p.startswith(f"{own}-") for p in wrong)


HANDLERS = [show_editor, take, discard]
