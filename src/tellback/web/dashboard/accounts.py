"""Making somebody who may sign in."""

from collections.abc import Sequence

from tellback.actions.create_user import CreateUser, create_users
from tellback.core.users import Role, User, check_password, read_role
from tellback.store.database import Database
from tellback.web.dashboard.passwords import Passwords


async def make_user(
    database: Database,
    email: str,
    password: str,
    role: str = Role.OWNER,
    slugs: Sequence[str] = (),
) -> User:
    """Create a user as a member of the projects with these slugs, or of all that there are.

    `Invalid` where address, password or role will not do, `Duplicate` where the address has a user,
    `NotFound` for an unknown slug.
    """
    part = read_role(role)
    check_password(password, email)
    job = CreateUser(email.strip(), await Passwords().hash(password), part, tuple(slugs))
    user: User = await database.write_one(create_users, job)
    return user
