"""Reports as mail servers write them, mails that are none, and garbage."""

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tellback.mail.bounces import Bounce, BounceKind, ReportUnreadable, parse_bounces
from tellback.mail.maildir import scan_maildir

FIXTURES = Path(__file__).parent / "fixtures" / "bounces"
ALICE = "alice@example.org"
ORIGINAL = "<0198c0ffee.1@t.example>"
HARD, SOFT, COMPLAINT = BounceKind.HARD, BounceKind.SOFT, BounceKind.COMPLAINT


def fixture(name: str) -> bytes:
    return (FIXTURES / f"{name}.eml").read_bytes()


@pytest.mark.parametrize(
    ("name", "status", "diagnostic"),
    [
        (
            "postfix__user_unknown",
            "5.1.1",
            "550 5.1.1 <alice@example.org>: Recipient address rejected: "
            "User unknown in local recipient table",
        ),
        ("exim__report", "5.0.0", "550 5.1.1 <alice@example.org>: no such mailbox"),
        (
            "exchange__ndr",
            "5.1.10",
            "550 5.1.10 RESOLVER.ADR.RecipientNotFound; "
            "Recipient alice@example.org not found by SMTP address lookup",
        ),
        (
            "gmail__no_such_user",
            "5.1.1",
            "550-5.1.1 The email account that you tried to reach does not exist. Please try "
            "550-5.1.1 double-checking the recipient's email address for typos or "
            "550 5.1.1 unnecessary spaces. a640c23a62f3a-ae0d4 - gsmtp",
        ),
    ],
)
@pytest.mark.parametrize("line_end", [b"\n", b"\r\n"])
def test_a_failure_for_good_is_a_hard_bounce(
    name: str, status: str, diagnostic: str, line_end: bytes
) -> None:
    assert parse_bounces(fixture(name).replace(b"\n", line_end)) == [
        Bounce(ALICE, "failed", status, diagnostic, ORIGINAL, HARD)
    ]


def test_a_delay_is_a_soft_bounce() -> None:
    said = "connect to mx.example.org[192.0.2.25]:25: Connection timed out"
    assert parse_bounces(fixture("postfix__delayed")) == [
        Bounce(ALICE, "delayed", "4.4.1", said, ORIGINAL, SOFT)
    ]


def test_each_recipient_is_told_by_the_address_that_was_written_to() -> None:
    bounces = parse_bounces(fixture("postfix__two_failed_one_relayed"))
    assert [(b.recipient, b.status, b.kind, b.message_id) for b in bounces] == [
        (ALICE, "5.2.2", BounceKind.BLOCKED, "<0198c0ffee.2@t.example>"),
        ("bob@example.org", "4.4.7", SOFT, "<0198c0ffee.2@t.example>"),
    ]


@pytest.mark.parametrize("line_end", [b"\n", b"\r\n"])
def test_a_report_for_people_is_understood(line_end: bytes) -> None:
    bounces = parse_bounces(fixture("exim__plain").replace(b"\n", line_end))
    assert [(b.recipient, b.status, b.kind, b.message_id) for b in bounces] == [
        (ALICE, "5.1.1", HARD, ORIGINAL),
        ("bob@example.org", "5.0.0", HARD, ORIGINAL),
    ]
    assert bounces[0].diagnostic.endswith("550 5.1.1 No such user here")
    assert bounces[1].diagnostic == "Unrouteable address"


def test_a_report_may_be_in_any_script() -> None:
    assert parse_bounces(fixture("internationalised")) == [
        Bounce(
            "alice@münchen.example", "failed", "5.1.2", "550 5.1.2 Domäne unbekannt", ORIGINAL, HARD
        )
    ]


def test_what_a_report_leaves_out_is_inferred() -> None:
    assert parse_bounces(fixture("sparse")) == [
        Bounce(ALICE, "failed", "5.0.0", "550 no such user", None, HARD)
    ]


@pytest.mark.parametrize(
    ("name", "recipient"),
    [
        ("complaint__abuse", ALICE),
        ("complaint__only_in_the_copy", ALICE),
        ("complaint__redacted", None),
    ],
)
def test_a_complaint(name: str, recipient: str | None) -> None:
    assert parse_bounces(fixture(name)) == [
        Bounce(recipient, "abuse", "", "SomeGenerator/1.0", ORIGINAL, COMPLAINT)
    ]


@pytest.mark.parametrize("path", sorted(FIXTURES.glob("other__*.eml")), ids=lambda path: path.stem)
def test_what_is_no_bounce(path: Path) -> None:
    assert parse_bounces(path.read_bytes()) == []


def test_the_other_mails_are_there() -> None:
    assert len(list(FIXTURES.glob("other__*.eml"))) == 6


@given(st.binary(max_size=2000))
def test_garbage_is_read_or_refused(raw: bytes) -> None:
    read_or_refused(raw)


@given(st.sampled_from(sorted(FIXTURES.glob("*.eml"))), st.integers(), st.integers(0, 40))
@settings(max_examples=150, deadline=None)
def test_damaged_reports_are_read_or_refused(path: Path, seed: int, cuts: int) -> None:
    chance = random.Random(seed)
    lines = path.read_bytes().splitlines(keepends=True)
    for _ in range(cuts):
        at = chance.randrange(len(lines))
        lines[at] = chance.choice(
            [b"", b"\n", lines[at][::-1], lines[at] * 3, chance.randbytes(20), b"\xff\x00\n"]
        )
    read_or_refused(b"".join(lines)[: chance.randrange(1, 9000)])


def read_or_refused(raw: bytes) -> None:
    try:
        bounces = parse_bounces(raw)
    except ReportUnreadable:
        return
    for bounce in bounces:
        assert bounce.recipient is None or "@" in bounce.recipient
        bounce.diagnostic.encode()  # no lone surrogates


@pytest.mark.parametrize(
    "raw",
    [
        b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n" * 50_000,
        b"X-Failed-Recipients: a@b\n\n" + b"-" * 500_000 + b" copy " * 50_000,
        b"X-Failed-Recipients: " + b"a@b," * 100_000 + b"\n\n" + b"a@b\n  x\n" * 1000,
        b"References: " + b"<@" * 200_000 + b"\nContent-Type: message/delivery-status\n\n"
        b"Final-Recipient: rfc822; " + b"(" * 100_000,
        b"".join(
            b"Content-Type: multipart/mixed; boundary=%d\n\n--%d\n" % (n, n) for n in range(3000)
        ),
        fixture("postfix__user_unknown").replace(b"550 5.1.1", b"5." * 200_000),
        fixture("postfix__user_unknown") + b"x" * 30_000_000,
    ],
    ids=["parts", "copy", "recipients", "comments", "nesting", "status", "long"],
)
@pytest.mark.timeout(10)
def test_no_mail_takes_long_to_read(raw: bytes) -> None:
    read_or_refused(raw)


# The maildir.


def crowded(recipients: int) -> bytes:
    """A report of so many recipients."""
    groups = (
        b"Final-Recipient: rfc822; p%d@example.org\nAction: failed\n\n" % n
        for n in range(recipients)
    )
    return (
        b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"
        b"--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n"
        + b"".join(groups)
        + b"--b--\n"
    )


@pytest.mark.parametrize(
    "raw",
    [
        crowded(2_000),
        b"X-Failed-Recipients: " + b",".join(b"p%d@b.c" % n for n in range(300)) + b"\n\nSorry.",
    ],
    ids=["for software", "for people"],
)
def test_a_report_of_very_many_recipients_is_cut_short(raw: bytes) -> None:
    bounces = parse_bounces(raw)
    assert len(bounces) == 50
    assert (bounces[0].recipient or "").startswith("p0@")


@pytest.fixture
def maildir(tmp_path: Path) -> Path:
    for folder in ("new", "cur", "tmp"):
        (tmp_path / folder).mkdir()
    return tmp_path


def arrive(maildir: Path, name: str, raw: bytes) -> None:
    (maildir / "new" / name).write_bytes(raw)


def names(maildir: Path, folder: str) -> list[str]:
    return sorted(path.name for path in (maildir / folder).iterdir())


def test_a_mail_moves_on_once_its_batch_is_done(maildir: Path) -> None:
    for number in range(5):
        arrive(maildir, f"175100000{number}.M1P1.host", fixture("postfix__user_unknown"))
    seen = []
    for reports in scan_maildir(maildir, batch=2):
        seen.append([report.name[9] for report in reports])
        assert all(report.bounces[0].recipient == ALICE for report in reports)
        assert len(names(maildir, "new")) == 5 - 2 * (len(seen) - 1)
    assert seen == [["0", "1"], ["2", "3"], ["4"]]
    assert names(maildir, "new") == []
    assert names(maildir, "cur")[0] == "1751000000.M1P1.host:2,S"
    assert list(scan_maildir(maildir)) == []


def test_a_batch_that_was_not_committed_is_found_again(maildir: Path) -> None:
    arrive(maildir, "1.a", fixture("postfix__user_unknown"))

    def commit() -> None:
        raise RuntimeError("the database is away")

    with pytest.raises(RuntimeError):  # noqa: PT012 - the loop is what is tested
        for _reports in scan_maildir(maildir):
            commit()
    assert names(maildir, "new") == ["1.a"]
    [[report]] = list(scan_maildir(maildir))
    assert report.bounces


def test_other_mails_and_garbage_are_told_apart_and_do_not_stay(
    maildir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    arrive(maildir, "1.reply", fixture("other__reply"))
    arrive(maildir, "2.nesting", nested())
    arrive(maildir, "3.bounce", fixture("gmail__no_such_user"))
    (maildir / "new" / "folder").mkdir()
    [reports] = list(scan_maildir(maildir))
    assert [(len(report.bounces), report.error is not None) for report in reports] == [
        (0, False),
        (0, True),
        (1, False),
    ]
    assert names(maildir, "new") == ["folder"]


def nested() -> bytes:
    return b"".join(
        b"Content-Type: multipart/mixed; boundary=%d\n\n--%d\n" % (n, n) for n in range(3000)
    )


def test_a_mail_that_somebody_else_moved_is_no_matter(maildir: Path) -> None:
    arrive(maildir, "1.a", fixture("other__reply"))
    for _reports in scan_maildir(maildir):
        (maildir / "new" / "1.a").unlink()
    assert names(maildir, "cur") == []


def test_a_maildir_that_is_none_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        list(scan_maildir(tmp_path / "nowhere"))
