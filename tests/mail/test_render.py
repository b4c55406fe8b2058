"""A survey mail says what it should, in every kind, and in both parts."""

import re
from dataclasses import replace
from email import message_from_bytes
from email.policy import default

import pytest

from tellback.mail.render import MailAnswer, compile_survey_mail
from tellback.mail.survey_mail import Follows
from tests.mail.survey_mails import ALICE, BASE, KINDS, SURVEY, Page, bodies, of_kind


def test_headers() -> None:
    message = message_from_bytes(compile_survey_mail(SURVEY).fill(ALICE), policy=default)
    assert dict(message.items()) == {
        "From": "Harbour Books <ask@harbour.example>",
        "To": "alice@example.org",
        "Reply-To": "help@harbour.example",
        "Subject": "Your order at Harbour Books",
        "Date": "Fri, 27 Jun 2025 04:53:20 +0000",
        "Message-ID": "<0198c0ffee.1@t.example>",
        "List-Unsubscribe": "<https://t.example/u/alice>, <mailto:stop+alice@t.example>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "OOF, AutoReply",
        "MIME-Version": "1.0",
        "Content-Type": 'multipart/alternative; boundary="=_tellback_alternative"',
    }


def test_reply_to_and_the_mail_address_for_unsubscribing_are_optional() -> None:
    mail = compile_survey_mail(replace(SURVEY, reply_to=None))
    message = message_from_bytes(mail.fill(replace(ALICE, unsubscribe_mailto=None)), policy=default)
    assert message["Reply-To"] is None
    assert message["List-Unsubscribe"] == "<https://t.example/u/alice>"


def test_a_transaction_is_shown_above_the_question_in_both_parts() -> None:
    text, html = bodies(SURVEY)
    assert text.startswith(
        "Harbour Books\n\nTransaction: ORD-123\nDate: 27 June 2025\nAmount: 1,249.90 GBP\n\n"
        "How was your order?\n\n"
    )
    shown = [part for part in Page(html).texts if part.strip()]
    facts = ["Transaction", "ORD-123", "Date", "27 June 2025", "Amount", "1,249.90 GBP"]
    start = shown.index("Transaction")
    assert shown[start : start + 6] == facts
    assert shown[start + 6] == "How was your order?"


@pytest.mark.parametrize(
    ("changes", "labels"),
    [
        ({"transaction_amount": None, "transaction_currency": None}, ["Transaction", "Date"]),
        ({"transaction_id": " ", "transaction_currency": None}, ["Date", "Amount"]),
        (dict.fromkeys(("transaction_id", "transaction_date", "transaction_amount")), []),
    ],
)
def test_a_missing_fact_leaves_no_gap(changes: dict[str, str | None], labels: list[str]) -> None:
    text, html = bodies(SURVEY, replace(ALICE, **changes))
    assert re.findall(r"^(Transaction|Date|Amount): \S", text, re.MULTILINE) == labels
    assert html.count("<th ") == len(labels)


def test_a_mail_without_a_transaction_never_shows_one() -> None:
    text, html = bodies(replace(SURVEY, transactional=False))
    assert "ORD-123" not in text + html
    assert "<th " not in html


@pytest.mark.parametrize("kind", KINDS)
def test_each_answer_is_a_link_in_both_parts(kind: str) -> None:
    text, html = bodies(of_kind(kind))
    answers = [f"{BASE}r/alice?a={answer.value}" for answer in KINDS[kind]]
    expected = answers or [f"{BASE}r/alice"]
    links = Page(html).links
    assert [link for link in links if "/r/" in link] == expected
    assert [line for line in text.splitlines() if "/r/" in line] == expected
    assert links[len(expected) :] == [f"{BASE}u/alice", f"{BASE}h/alice"]
    assert f"\n{BASE}u/alice\n" in text
    assert f"{BASE}h/alice" not in text


def test_the_trap_is_hidden_from_people_and_screen_readers() -> None:
    _text, html = bodies(SURVEY)
    trap = re.search(
        r"<div aria-hidden=\"true\" style=\"display:none;[^>]*><a [^>]*></a></div>", html
    )
    assert trap is not None
    assert f'href="{BASE}h/alice"' in trap[0]
    assert 'tabindex="-1"' in trap[0]


def test_the_only_image_is_the_pixel_at_the_end() -> None:
    _text, html = bodies(SURVEY)
    images = [found for found in Page(html).attributes if "src" in found]
    assert [(image["src"], image["alt"]) for image in images] == [(f"{BASE}o/alice.gif", "")]
    assert html.index("<img") > html.index(f"{BASE}u/alice")


@pytest.mark.parametrize("kind", KINDS)
def test_an_opened_mail_asks_nobody_but_us(kind: str) -> None:
    _text, html = bodies(of_kind(kind))
    without_namespaces = re.sub(r'xmlns(:\w)?="[^"]*"', "", html)
    hosts = re.findall(r"(?:https?:)?//[^/\"')\s]+", without_namespaces)
    assert set(hosts) == {"https://t.example"}


def test_numbers_carry_their_meaning() -> None:
    text, html = bodies(of_kind("nps"))
    labels = [
        found["aria-label"] for found in Page(html).attributes if "/r/" in (found.get("href") or "")
    ]
    assert labels[0] == "0 – Not at all likely"
    assert labels[7] == "7 out of 10"
    assert labels[10] == "10 – Extremely likely"
    assert "0 = Not at all likely" in html
    assert "\n7 out of 10\nhttps://t.example/r/alice?a=7\n" in text


def test_a_row_without_words_for_its_ends_says_places() -> None:
    text, html = bodies(of_kind("scale"))
    assert ">4★</a>" in html
    assert 'aria-label="4 out of 5"' in html
    assert "\n1 out of 5\n" in text
    assert "★" not in text
    assert " = " not in re.sub(r"<style.*?</style>|<!--.*?-->", "", html, flags=re.DOTALL)


def test_a_scale_that_descends_keeps_its_words_at_their_ends() -> None:
    survey = replace(of_kind("ces"), answers=tuple(reversed(KINDS["ces"])))
    text, html = bodies(survey)
    assert "7 = Very easy" in html
    assert "1 = Very difficult" in html
    assert "\n2 out of 7\n" in text


def test_choices_with_short_values_are_shown_by_their_labels() -> None:
    text, html = bodies(of_kind("choice"))
    assert "\nSpeed\nhttps://t.example/r/alice?a=2\n" in text
    assert "tb-cell" not in re.sub(r"<style.*?</style>", "", html, flags=re.DOTALL)


@pytest.mark.parametrize(
    ("follows", "hint"),
    [
        (Follows.NOTHING, "Choose your answer."),
        (Follows.COMMENT, "Choose your answer. You can add a comment on the next page."),
        (Follows.QUESTIONS, "Choose your answer. The other questions are on the next page."),
    ],
)
def test_what_follows_is_said(follows: Follows, hint: str) -> None:
    text, _html = bodies(replace(SURVEY, follows=follows))
    assert hint in text.splitlines()


def test_own_words_for_numbers_go_before_ours() -> None:
    answers = tuple(MailAnswer(str(n), word) for n, word in enumerate(("Poor", "Fair", "Good"), 1))
    text, html = bodies(replace(SURVEY, kind="csat", answers=answers))
    assert "1 = Poor" in html
    assert "3 = Good" in html
    assert "2 – Fair" in text


def test_answers_that_are_no_numbers_stand_below_each_other() -> None:
    answers = (MailAnswer("yes", "Yes, very helpful"), MailAnswer("no", "No"), MailAnswer("?", "?"))
    _text, html = bodies(replace(SURVEY, kind="csat", answers=answers))
    assert [link for link in Page(html).links if "/r/" in link][-1] == f"{BASE}r/alice?a=%3F"
    assert "tb-cell" not in re.sub(r"<style.*?</style>", "", html, flags=re.DOTALL)


def test_a_message_id_may_come_with_its_brackets() -> None:
    mail = compile_survey_mail(SURVEY)
    assert mail.fill(ALICE) == mail.fill(replace(ALICE, message_id=f"<{ALICE.message_id}>"))


def test_the_same_survey_is_compiled_once() -> None:
    assert compile_survey_mail(SURVEY) is compile_survey_mail(replace(SURVEY))
    assert compile_survey_mail(SURVEY) is not compile_survey_mail(replace(SURVEY, brand="Other"))


def test_without_a_brand_the_mail_does_not_name_one() -> None:
    text, html = bodies(replace(SURVEY, brand="", from_name="", footer=""))
    assert text.startswith("Transaction: ")
    assert "because of your recent transaction with us." in text
    assert "Harbour" not in text + html.replace("Your order at Harbour Books", "")
