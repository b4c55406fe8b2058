"""What lets a widget hand an answer in, and what does not."""

from dataclasses import replace

import pytest

from tellback.core.tickets import Ticket, read_ticket, write_ticket

SECRET, PROJECT = b"s" * 32, "0" * 31 + "1"
TICKET = Ticket("0198765432107abc8def0123456789ab", "2" * 32, "3" * 32, 7)


def test_it_comes_back_as_it_went() -> None:
    text = write_ticket(SECRET, PROJECT, TICKET)
    assert read_ticket(SECRET, PROJECT, text) == TICKET
    assert TICKET.issued_at == 0x019876543210


def test_no_other_secret_and_no_other_project_made_it() -> None:
    text = write_ticket(SECRET, PROJECT, TICKET)
    assert read_ticket(b"t" * 32, PROJECT, text) is None
    assert read_ticket(SECRET, "0" * 31 + "2", text) is None


def test_nothing_in_it_can_be_changed() -> None:
    text = write_ticket(SECRET, PROJECT, TICKET)
    for at in range(len(text)):
        changed = text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :]
        assert read_ticket(SECRET, PROJECT, changed) is None, at


def test_each_part_is_signed() -> None:
    text = write_ticket(SECRET, PROJECT, TICKET)
    others = (
        replace(TICKET, response_id="4" * 32),
        replace(TICKET, contact_id="4" * 32),
        replace(TICKET, survey_id="4" * 32),
        replace(TICKET, version=8),
    )
    assert len({text, *(write_ticket(SECRET, PROJECT, other) for other in others)}) == 5


@pytest.mark.parametrize("text", ["", "x", "ä", "A" * 96, "=" * 96, " " * 96, "A" * 5_000])
def test_what_is_none(text: str) -> None:
    assert read_ticket(SECRET, PROJECT, text) is None
