"""A database is named by a directory or a URL, and is told without anybody's password."""

from pathlib import Path

import pytest
from sqlalchemy import make_url

from tellback.store.engine import DatabaseUnusable
from tellback.store.places import existing_url, new_url, place_of


def test_a_directory_is_the_database_in_it(tmp_path: Path) -> None:
    data = tmp_path / "some" / "data"
    with pytest.raises(DatabaseUnusable, match="There is no Tellback database"):
        existing_url(str(data))
    url = new_url(str(data))
    assert data.is_dir()
    (data / "tellback.db").touch()
    assert existing_url(str(data)) == existing_url(url) == url


@pytest.mark.parametrize("url", ["postgresql://h/d", "postgres://u:p@h/d", "postgresql:///d"])
def test_a_server_is_taken_as_it_is(url: str) -> None:
    assert existing_url(url) == new_url(url) == url


@pytest.mark.parametrize("url", ["mysql://h/d", "sqlite://", "://", "postgresql://h:port/d"])
def test_other_urls_are_refused_without_repeating_them(url: str) -> None:
    with pytest.raises(DatabaseUnusable, match="postgresql://USER@HOST"):
        new_url(url)


def test_a_place_is_told_without_user_and_password(tmp_path: Path) -> None:
    url = "postgresql://alice:secret@db.example:5433/feedback?sslmode=require&password=secret"
    assert place_of(make_url(url)) == "postgresql://db.example:5433/feedback?sslmode=require"
    here = place_of(make_url(f"sqlite:///{tmp_path}/a/../b.db"))
    assert here == f"sqlite:///{tmp_path}/b.db"
