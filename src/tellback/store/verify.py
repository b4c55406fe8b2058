"""Does it all add up? Invitations accounted for, scores as answers say, nothing orphaned."""

from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import Connection

from tellback.store.audits import CHECKS, Audit, Check, Counts
from tellback.store.projects import list_projects
from tellback.store.rollup_audit import rollups_follow_from_rows

_SHOWN = 20  # findings of one kind and project that are told one by one


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that does not add up: in which project, of what kind, and what exactly."""

    project: str
    kind: str
    message: str


@dataclass(slots=True)
class Report:
    """What was counted, and what does not add up."""

    projects: int = 0
    counts: Counts = field(default_factory=Counts)
    findings: list[Finding] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        """Whether everything adds up."""
        return not self.findings

    def as_dict(self) -> dict[str, Any]:
        """The report as plain data."""
        findings = [asdict(finding) for finding in self.findings]
        counts = {"projects": self.projects, **asdict(self.counts)}
        return {"clean": self.clean, **counts, "findings": findings}


def verify(connection: Connection) -> Report:
    """Check all projects, as they are at one moment."""
    report = Report()
    for project in list_projects(connection):
        report.projects += 1
        audit = Audit(connection, project.id, report.counts)
        for check in (*CHECKS, rollups_follow_from_rows):
            report.findings += _findings(project.slug, check, audit)
    return report


def _findings(project: str, check: Check, audit: Audit) -> list[Finding]:
    found: list[Finding] = []
    counts: dict[str, int] = {}
    for kind, message in check(audit):
        counts[kind] = counts.get(kind, 0) + 1
        if counts[kind] <= _SHOWN:
            found.append(Finding(project, kind, message))
    untold = {kind: count - _SHOWN for kind, count in counts.items() if count > _SHOWN}
    return found + [Finding(project, kind, f"and {more} more") for kind, more in untold.items()]
