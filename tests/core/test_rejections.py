"""What of a refused request is kept."""

from tellback.core.rejections import kept_headers, kept_query


def test_no_header_with_a_secret_is_kept() -> None:
    headers = {
        "content-type": "application/json",
        "accept": "*/*",
        "user-agent": "curl",
        "x-http-method-override": "PUT",
        "authorization": "Bearer secret",
        "proxy-authorization": "Basic secret",
        "cookie": "session=secret",
        "auth-token": "secret",
        "x-auth-token": "secret",
        "authkey": "secret",
        "x-forwarded-for": "203.0.113.9",
        "host": "example.com",
    }
    assert kept_headers(headers) == dict(list(headers.items())[:4])
    assert kept_headers({}) == {}


def test_a_query_keeps_its_order_and_repetitions_but_no_secret() -> None:
    query = [("v", "1"), ("appKey", "secret"), ("skill", "a b"), ("skill", "ü&="), ("APPKEY", "s")]
    kept = kept_query(query, frozenset({"appkey"}))
    assert kept == "v=1&skill=a+b&skill=%C3%BC%26%3D"
    assert kept_query(query[:1], frozenset()) == "v=1"
    assert kept_query((), frozenset({"appkey"})) == ""
