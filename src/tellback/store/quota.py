"""What a project has sent and may still send. Call within a transaction that locks the project."""

from dataclasses import replace

from sqlalchemy import ColumnElement, Connection, func, select

from tellback.core.invitation import State
from tellback.core.model import Channel, Project
from tellback.core.quota import Allowance, allowance, has_quota, periods
from tellback.store.outbox import LEASED, in_state
from tellback.store.projects import update_settings
from tellback.store.tables import invitations


def find_allowance(connection: Connection, project: Project, now: int) -> Allowance:
    """How many more may go now; what is on its way out has taken its share already."""
    if not has_quota(project.settings):
        return Allowance([])
    when = periods(project.settings, now)
    return allowance(
        project.settings,
        _sent_since(connection, project.id, when.hour_start),
        _sent_since(connection, project.id, when.day_start),
        _leaving(connection, project.id),
        now,
    )


def spend_balance(connection: Connection, project: Project | None, count: int) -> None:
    """Take mails that have gone off the balance of a project as it was locked, if it has one.

    The balance is the project's own setting: whoever sets it sets what is left.
    """
    if not count or project is None or project.settings.quota_balance is None:
        return
    left = max(0, project.settings.quota_balance - count)
    update_settings(connection, project.id, replace(project.settings, quota_balance=left))


def _sent_since(connection: Connection, project_id: str, since: int) -> int:
    """What has gone since then, or may have: two counts, as each has an index of its own."""
    mail = invitations.c.channel == Channel.EMAIL.value
    gone = _count(connection, project_id, invitations.c.sent_at >= since, mail)
    return gone + _count(
        connection, project_id, in_state(State.UNKNOWN), invitations.c.claimed_at >= since
    )


def _leaving(connection: Connection, project_id: str) -> int:
    return _count(connection, project_id, in_state(*LEASED))


def _count(connection: Connection, project_id: str, *which: ColumnElement[bool]) -> int:
    statement = select(func.count()).where(invitations.c.project_id == project_id, *which)
    return int(connection.execute(statement).scalar() or 0)
