"""The SMTP URL."""

import pytest

from tellback.mail.transports.smtp_url import SmtpServer, parse_smtp_url


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://relay", ("relay", 25, "auto", False, None, "")),
        ("smtp://relay:2525/?starttls=off", ("relay", 2525, "off", True, None, "")),
        ("smtp://u:p@relay", ("relay", 587, "required", True, "u", "p")),
        ("smtp://u:p@relay?starttls=auto", ("relay", 587, "auto", True, "u", "p")),
        (
            "smtp://a%40b:c%3Ad%2F@relay?verify=off",
            ("relay", 587, "required", False, "a@b", "c:d/"),
        ),
        ("smtps://u:p@relay", ("relay", 465, "tls", True, "u", "p")),
        ("SMTPS://[::1]:4650", ("::1", 4650, "tls", True, None, "")),
        ("smtp://bücher.example", ("xn--bcher-kva.example", 25, "auto", False, None, "")),
    ],
)
def test_a_url_names_the_server(url: str, expected: tuple[object, ...]) -> None:
    server = parse_smtp_url(url)
    found = (server.host, server.port, server.security.value, server.verify)
    assert (*found, server.username, server.password) == expected


@pytest.mark.parametrize(
    ("url", "complaint"),
    [
        ("http://relay", "must look like"),
        ("relay:25", "must look like"),
        ("smtp://", "no host"),
        ("smtp://[relay", "must look like"),
        ("smtp://relay:x", "port"),
        ("smtp://relay:0", "port"),
        ("smtp://relay:70000", "port"),
        ("smtp://relay/path", "after host"),
        ("smtp://u:s3cret#x@relay", "%XX"),
        ("smtp://u:s3cret@relay?starttls=maybe", r"\['auto', 'required', 'off'\]"),
        ("smtp://u:s3cret@relay?tls=on", "'tls'.*starttls.*verify.*hello"),
        ("smtps://relay?starttls=off", "leave out starttls"),
        ("smtp://re..lay", "host"),
        ("smtp://re\u0308..lay", "host"),
        ("smtp://re lay", "host"),
    ],
)
def test_a_wrong_url_is_told_and_keeps_its_secret(url: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint) as caught:
        parse_smtp_url(url)
    assert "s3cret" not in str(caught.value)


def test_a_server_does_not_show_its_password() -> None:
    assert "s3cret" not in repr(parse_smtp_url("smtp://u:s3cret@relay"))
    assert isinstance(parse_smtp_url("smtp://relay"), SmtpServer)
