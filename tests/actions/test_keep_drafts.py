"""Drafts: kept as they are, thrown away, and gone once they are published."""

from dataclasses import replace

from tellback.actions.apply_surveys import ApplySurvey, SurveyApplied
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
from tellback.core.model import Project
from tellback.store.survey_drafts import Draft, find_draft, list_drafts
from tellback.store.surveys import find_by_key
from tests.actions.workroom import FORM, NOW, NPS, Workroom

CONTENT = {"languages": ["de", "en"], "definition": {"name": "<b>", "questions": []}}


def keep(
    room: Workroom, key: str = "nps", project: Project | None = None, version: int = 1
) -> None:
    job = KeepDraft(project or room.shop, key, CONTENT, version, "alice@example.com")
    room.run(keep_drafts, job)


def kept(room: Workroom, key: str = "nps") -> Draft | None:
    with room.connection.begin():
        return find_draft(room.connection, room.shop.id, key)


def test_a_draft_is_kept_as_it_is_and_the_next_takes_its_place(room: Workroom) -> None:
    keep(room)
    assert kept(room) == Draft("nps", CONTENT, 1, NOW, "alice@example.com")
    keep(room, version=2)
    assert (kept(room) or Draft("", {}, 0, 0, "")).version == 2


def test_drafts_are_their_projects(room: Workroom) -> None:
    keep(room, project=room.other)
    keep(room, "new")
    assert kept(room) is None
    with room.connection.begin():
        assert [draft.key for draft in list_drafts(room.connection, room.shop.id)] == ["new"]
    room.run(drop_drafts, DropDraft(room.shop, "nps"))
    with room.connection.begin():
        assert find_draft(room.connection, room.other.id, "nps") is not None


def test_a_draft_is_thrown_away(room: Workroom) -> None:
    keep(room)
    room.run(drop_drafts, DropDraft(room.shop, "nps"))
    assert kept(room) is None


def test_what_is_published_is_no_draft_any_more(room: Workroom) -> None:
    keep(room)
    keep(room, "form")
    published = room.run(publish_drafts, ApplySurvey(room.shop, "nps", True, FORM))
    assert isinstance(published, SurveyApplied)
    assert published.version == 2
    assert kept(room) is None
    assert kept(room, "form") is not None


def test_what_cannot_be_published_stays_a_draft(room: Workroom) -> None:
    keep(room)
    taken = ApplySurvey(room.shop, "nps", True, NPS, number=room.form.number)
    assert isinstance(room.run(publish_drafts, taken), Invalid)
    assert kept(room) is not None
    with room.connection.begin():
        survey = find_by_key(room.connection, room.shop.id, "nps")
    assert survey is not None
    assert survey.version == 1


def test_what_was_written_upon_something_else_is_not_kept(room: Workroom) -> None:
    job = KeepDraft(room.shop, "nps", CONTENT, 1, "alice@example.com", basis_of(None, 1))
    first = room.run(keep_drafts, job)
    assert isinstance(first, Draft)
    assert isinstance(room.run(keep_drafts, job), Overtaken)
    second = room.run(keep_drafts, replace(job, basis=basis_of(first, 1)))
    assert second.updated_at > first.updated_at
    room.run(publish_drafts, ApplySurvey(room.shop, "nps", True, FORM))
    for basis in (basis_of(second, 1), basis_of(None, 1)):
        assert isinstance(room.run(keep_drafts, replace(job, basis=basis)), Overtaken)
    assert kept(room) is None
