"""Where a database is: as people write it, as an engine is opened, and as it may be told."""

from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from tellback.store.engine import DatabaseUnusable, sqlite_url

#: What people write.
KINDS = "data directory, sqlite:///FILE or postgresql://USER@HOST/DATABASE"


def existing_url(place: str) -> str:
    """The URL of a database; `DatabaseUnusable` where it is a file and not there."""
    url = _url(place)
    file = _file(make_url(url))
    if file and not file.exists():
        raise DatabaseUnusable(f"There is no Tellback database: {file}.")
    return url


def new_url(place: str) -> str:
    """The URL of a database that may have to be made; where it is a file, in what directory."""
    url = _url(place)
    if file := _file(make_url(url)):
        file.parent.mkdir(parents=True, exist_ok=True)
    return url


def place_of(url: URL) -> str:
    """Where a database is, and neither whose it is nor with which password."""
    if file := _file(url):
        return f"sqlite:///{file.resolve()}"
    query = {name: value for name, value in url.query.items() if name not in ("user", "password")}
    return URL.create(
        "postgresql", host=url.host, port=url.port, database=url.database, query=query
    ).render_as_string()


def _url(place: str) -> str:
    if "://" not in place:
        return sqlite_url(Path(place))
    try:
        url = make_url(place)
    except (ArgumentError, ValueError):
        raise DatabaseUnusable(f"This is no URL of a database; give a {KINDS}.") from None
    if url.drivername == "sqlite" and url.database:
        return place
    if url.drivername not in ("postgresql", "postgres"):
        raise DatabaseUnusable(f"{url.drivername}:// is not known here; give a {KINDS}.")
    return place


def _file(url: URL) -> Path | None:
    """The file of an embedded database."""
    return Path(url.database or "") if url.get_backend_name() == "sqlite" else None
