"""The survey that a path names, with its draft."""

from dataclasses import dataclass

from litestar.exceptions import NotFoundException

from tellback.actions.keep_drafts import basis_of
from tellback.core.model import Project, Survey
from tellback.store.survey_drafts import Draft
from tellback.store.survey_pages import find_with_draft
from tellback.web.dashboard.desk import Desk
from tellback.web.dashboard.door import AnyRequest, entry_of
from tellback.web.dashboard.surveys_fields import Content, content_of


@dataclass(frozen=True, slots=True)
class Found:
    """A survey, as far as there is one yet, and what is being written of it, if anything is."""

    key: str
    survey: Survey | None
    draft: Draft | None

    @property
    def version(self) -> int:
        """The version that is asked now; 0 before the first one."""
        return self.survey.version if self.survey else 0

    @property
    def basis(self) -> str:
        """What an editor goes on with, to be told when it is kept."""
        return basis_of(self.draft, self.version)

    @property
    def title(self) -> str:
        """What it is called."""
        if self.survey:
            return self.survey.definition.name
        return str(self.content["definition"]["name"]) or self.key

    @property
    def content(self) -> Content:
        """What an editor goes on with: the draft, else the survey as it is."""
        if self.draft:
            return dict(self.draft.content)
        survey = self.survey
        assert survey is not None  # noqa: S101 - one of the two is there
        return content_of(survey.definition, survey.live, survey.number)


async def find_in_path(request: AnyRequest, desk: Desk) -> Found:
    """What the request's path names; where there is neither, there is nothing by it."""
    key = request.path_params["key"]
    read = desk.site.database.read
    survey, draft = await read(find_with_draft, project_of(request), key)
    if survey is None and draft is None:
        raise NotFoundException
    return Found(key, survey, draft)


def project_of(request: AnyRequest) -> Project:
    """The project that the request's path names."""
    return entry_of(request).membership.project


def path_of(project: Project, key: str = "", rest: str = "") -> str:
    """Where a survey's page is, or that of all of them."""
    return (
        f"/-/p/{project.slug}/surveys" + (f"/{key}" if key else "") + (f"/{rest}" if rest else "")
    )
