"""The pages of a project, in the order and groups in which the navigation shows them."""

from dataclasses import dataclass

from tellback.core.users import SEES, Area, Membership, Role


@dataclass(frozen=True, slots=True)
class Item:
    """A page: its name, its path under the project's, its icon, and who may see it."""

    name: str
    path: str
    icon: str
    area: Area


@dataclass(frozen=True, slots=True)
class Group:
    """Pages that belong together."""

    name: str
    items: tuple[Item, ...]


NAVIGATION = (
    Group(
        "Listen",
        (
            Item("Overview", "", "overview", Area.FEEDBACK),
            Item("Responses", "responses", "responses", Area.CONVERSATIONS),
            Item("Comments", "comments", "comments", Area.FEEDBACK),
            Item("Conversations", "conversations", "conversations", Area.CONVERSATIONS),
            Item("People", "people", "people", Area.FEEDBACK),
        ),
    ),
    Group(
        "Ask",
        (
            Item("Surveys", "surveys", "surveys", Area.SURVEYS),
            Item("Invitations", "invitations", "invitations", Area.INVITATIONS),
            Item("Outbox", "outbox", "outbox", Area.MAILS),
        ),
    ),
    Group(
        "Wires",
        (
            Item("Connect", "connect", "connect", Area.WIRES),
            Item("Rejected input", "rejected", "rejected", Area.WIRES),
        ),
    ),
    Group(
        "Project",
        (
            Item("Settings", "settings", "settings", Area.SETTINGS),
            Item("Members", "members", "members", Area.SETTINGS),
        ),
    ),
)


def navigation_for(role: Role) -> list[Group]:
    """What somebody with that role may go to; groups without any page are left out."""
    seen = SEES[role]
    groups = (Group(g.name, tuple(i for i in g.items if i.area in seen)) for g in NAVIGATION)
    return [group for group in groups if group.items]


def first_page(membership: Membership) -> str:
    """The path of the first page of a project that somebody may see."""
    first = navigation_for(membership.role)[0].items[0].path
    return f"/-/p/{membership.project.slug}/{first}"
