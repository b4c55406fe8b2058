"""Making somebody who may sign in, for the command line."""

from collections.abc import Sequence

from tellback.actions.create_user import CreateUser, check_users, create_users
from tellback.actions.grant_membership import GrantMembership, grant_memberships
from tellback.actions.sign_in import ResetPassword, reset_passwords
from tellback.core.users import Role, User, check_password, read_role
from tellback.store.database import Database
from tellback.web.dashboard.passwords import Passwords


async def check_user(
    database: Database, email: str, role: str = Role.OWNER, slugs: Sequence[str] = ()
) -> None:
    """Whether somebody could be made a user, whatever the password; raises as `make_user` does."""
    job = CreateUser(email.strip(), "", read_role(role), tuple(slugs))
    await database.write_one(check_users, job)


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


async def grant(
    database: Database, email: str, role: str = Role.OWNER, slugs: Sequence[str] = ()
) -> User:
    """Give a user a role in the projects with these slugs, or in all that there are.

    `NotFound` for an unknown user or slug.
    """
    job = GrantMembership(email.strip(), read_role(role), tuple(slugs))
    user: User = await database.write_one(grant_memberships, job)
    return user


async def reset_password(database: Database, email: str, password: str) -> User:
    """Give a user a new password and sign them out everywhere; `NotFound` for an unknown one."""
    check_password(password, email)
    job = ResetPassword(email.strip(), await Passwords().hash(password))
    user: User = await database.write_one(reset_passwords, job)
    return user
