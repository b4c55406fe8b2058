"""Paths to routes."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from tellback.dialects.contract import Dialect, Route
from tellback.dialects.routing import Router, split_slug


def _dialect(*routes: tuple[str, str]) -> Dialect:
    nothing = cast(Any, None)
    made = tuple(Route(m, p, f"{m} {p}", nothing, nothing) for m, p in routes)
    return cast(Dialect, SimpleNamespace(name="d", routes=made))


@pytest.mark.parametrize(
    ("path", "slug", "rest"),
    [
        ("/p/shop/v1/x", "shop", "/v1/x"),
        ("/p/a-b-1/x", "a-b-1", "/x"),
        ("/p/shop", None, "/p/shop"),
        ("/p//x", None, "/p//x"),
        ("/p/Shop/x", None, "/p/Shop/x"),
        ("/v1/p/shop/x", None, "/v1/p/shop/x"),
    ],
)
def test_the_slug_is_taken_off_the_front(path: str, slug: str | None, rest: str) -> None:
    assert split_slug(path) == (slug, rest)


def test_literal_paths_come_before_patterns() -> None:
    router = Router([_dialect(("GET", "/x/{id}"), ("POST", "/x/send"), ("GET", "/x"))])
    literal, pattern = router.match("/x/send"), router.match("/x/7")
    assert literal is not None
    assert list(literal.routes) == ["POST"]
    assert pattern is not None
    assert pattern.params == {"id": "7"}


@pytest.mark.parametrize("path", ["/y", "//x", "/x\n", "/"])
def test_other_paths_are_nobodys(path: str) -> None:
    assert Router([_dialect(("GET", "/x"), ("GET", "/x/{id}"))]).match(path) is None


@pytest.mark.parametrize("path", ["/x/", "/x/1/2"])
def test_where_only_one_dialect_lives_it_says_that_nothing_is_there(path: str) -> None:
    match = Router([_dialect(("GET", "/x"), ("GET", "/x/{id}"))]).match(path)
    assert match is not None
    assert not match.routes


def test_a_start_that_two_dialects_share_is_nobodys() -> None:
    one, two = _dialect(("GET", "/api/one")), _dialect(("GET", "/api/two"))
    two.name = "e"  # type: ignore[misc]
    router = Router([one, two])
    assert router.match("/api/three") is None
    owned = router.match("/api/one/more")
    assert owned is not None
    assert owned.dialect is one


def test_a_start_that_is_shared_may_go_on_as_ones_own() -> None:
    one, two = _dialect(("GET", "/api/v1/one/a")), _dialect(("GET", "/api/v1/two/{id}"))
    two.name = "e"  # type: ignore[misc]
    router = Router([one, two])
    assert router.match("/api/v1/three") is None
    for path, owner in (("/api/v1/one/b", one), ("/api/v1/two/x/y", two)):
        owned = router.match(path)
        assert owned is not None
        assert (owned.dialect, owned.routes) == (owner, {})
