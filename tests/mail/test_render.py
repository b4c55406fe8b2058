"""A survey mail says what it should, in every kind and language, and no text becomes markup."""

import re
import tomllib
from dataclasses import replace
from email import message_from_bytes
from email.policy import default
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import tellback.mail
from tellback.mail.colour import contrast, readable_on, safe_colour
from tellback.mail.errors import AddressRefused, HeaderRefused, LinkRefused
from tellback.mail.language import direction, language_tag, languages, texts_for
from tellback.mail.render import MailAnswer, MailSurvey, Recipient, SurveyMail, compile_survey_mail

BASE = "https://t.example/"
SURVEY = MailSurvey(
    kind="binary",
    question="How was your order?",
    answers=(MailAnswer("positive", "Good"), MailAnswer("negative", "Bad")),
    subject="Your order at Harbour Books",
    brand="Harbour Books",
    from_name="Harbour Books",
    from_address="ask@harbour.example",
    reply_to="help@harbour.example",
    language="en",
    transactional=True,
    footer="Harbour Books Ltd\n12 Quay Street, Bristol",
)
ALICE = Recipient(
    address="alice@example.org",
    message_id="0198c0ffee.1@t.example",
    date=1_751_000_000_000,
    answer_url=f"{BASE}r/alice",
    unsubscribe_url=f"{BASE}u/alice",
    unsubscribe_mailto="stop+alice@t.example",
    pixel_url=f"{BASE}o/alice.gif",
    honeypot_url=f"{BASE}h/alice",
    transaction_id="ORD-123",
    transaction_date="27 June 2025",
    transaction_amount="1,249.90",
    transaction_currency="GBP",
)
HOSTILE = (
    '"><script>alert(1)</script><a href="https://evil.example">x</a>',
    "' onmouseover='alert(1)",
    "</title></td></table><!-- ",
    "<!--mso:<td>:mso--> <![endif]-->",
    "{{ 7*7 }}{% raw %} %s {brand} {0} \\1 &lt; &amp;",
    "https://evil.example/login www.evil.example bob@evil.example",
    "a\r\nBcc: bob@example.org\r\n\r\nhttps://evil.example",
    "\u202eevil\u202c \u2066x\u2069 \u200b",
)
TEXTS = st.sampled_from(HOSTILE) | st.text(max_size=60)
LINKS = re.compile(r"https?://\S+|www\.\w+|\b[\w-]+(?:\.[^\W\d_][\w-]*)+", re.IGNORECASE)


def scale(first: int, last: int) -> tuple[MailAnswer, ...]:
    return tuple(MailAnswer(str(value), str(value)) for value in range(first, last + 1))


KINDS = {
    "binary": SURVEY.answers,
    "nps": scale(0, 10),
    "csat": scale(1, 5),
    "ces": scale(1, 7),
    "form": (),
}


def of_kind(kind: str, **changes: object) -> MailSurvey:
    return replace(SURVEY, kind=kind, answers=KINDS[kind], **changes)


class Page(HTMLParser):
    """The elements with their attributes, the texts, and what each link says."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, tuple[str, ...]]] = []
        self.attributes: list[dict[str, str | None]] = []
        self.texts: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, tuple(name for name, _ in attrs)))
        self.attributes.append(dict(attrs))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    @property
    def links(self) -> list[str]:
        return [found["href"] or "" for found in self.attributes if "href" in found]


def bodies(survey: MailSurvey, recipient: Recipient = ALICE) -> tuple[str, str]:
    message = message_from_bytes(compile_survey_mail(survey).fill(recipient), policy=default)
    assert not message.defects
    parts = [part.get_payload(decode=True).decode() for part in message.iter_parts()]
    text, html = (part.replace("\r\n", "\n") for part in parts)
    return text, html


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
        (dict.fromkeys(("transaction_id", "transaction_date", "transaction_amount")), ["Amount"]),
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


@given(text=TEXTS, label=TEXTS, value=st.text(min_size=1, max_size=20))
@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@example(text=HOSTILE[0], label=HOSTILE[1], value='"><x>')
@example(text=HOSTILE[2], label=HOSTILE[3], value="a&b=c#d")
def test_no_text_of_a_survey_becomes_markup(text: str, label: str, value: str) -> None:
    def page(text: str, label: str, value: str) -> Page:
        survey = replace(SURVEY, question=text, brand=text, footer=text, language="en")
        survey = replace(survey, kind="form" if not label.strip() else "csat")
        answers = (MailAnswer("long" + value, label), MailAnswer("other", "x" * 20))
        return Page(html_of(SurveyMail(replace(survey, answers=answers))))

    def html_of(mail: SurveyMail) -> str:
        message = message_from_bytes(mail.fill(ALICE), policy=default)
        return message.get_body(("html",)).get_payload(decode=True).decode()

    def plain(original: str) -> str:
        """As empty, or of as many lines, as the original."""
        return "\n".join(
            "x" if re.sub(r"[\x00-\x20\x7f-\x9f\u2028\u2029]", "", line) else ""
            for line in original.splitlines()
        )

    hostile, harmless = page(text, label, value), page(plain(text), plain(label), "v")
    assert hostile.elements == harmless.elements
    assert [link.split("?")[0] for link in hostile.links] == [
        link.split("?")[0] for link in harmless.links
    ]


@given(fact=TEXTS)
@settings(max_examples=60, deadline=None)
@example(fact=HOSTILE[0])
@example(fact=HOSTILE[5])
@example(fact=HOSTILE[6])
def test_no_value_of_a_transaction_becomes_markup_a_header_or_a_link(fact: str) -> None:
    bob = replace(ALICE, transaction_id="x" + fact, transaction_date=fact + "x")
    raw = compile_survey_mail(SURVEY).fill(bob)
    usual = message_from_bytes(compile_survey_mail(SURVEY).fill(ALICE), policy=default)
    assert message_from_bytes(raw, policy=default).items() == usual.items()
    text, html = bodies(SURVEY, bob)
    usual_text, usual_html = bodies(SURVEY)
    assert Page(html).elements == Page(usual_html).elements
    assert Page(html).links == Page(usual_html).links
    assert text.count("\n") == usual_text.count("\n")
    assert set(LINKS.findall(text)) <= set(LINKS.findall(usual_text))


@pytest.mark.parametrize("name", ["answer_url", "unsubscribe_url", "pixel_url", "honeypot_url"])
@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "//t.example/x",
        "/x",
        "",
        "https://t.example/ü",
        "https://t.example/a b",
        'https://t.example/"x',
        "https://t.example/<x>",
        "https://t.example/\r\nx",
    ],
)
def test_only_web_links_are_links(name: str, link: str) -> None:
    with pytest.raises(LinkRefused, match=name):
        compile_survey_mail(SURVEY).fill(replace(ALICE, **{name: link}))


def test_an_answer_link_must_leave_room_for_the_answer() -> None:
    with pytest.raises(LinkRefused):
        compile_survey_mail(SURVEY).fill(replace(ALICE, answer_url=f"{BASE}r?x=1"))


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"address": "alice@example.org\r\nBcc: bob@example.org"}, AddressRefused),
        ({"message_id": "<a@b>\r\nX: y"}, HeaderRefused),
        ({"message_id": "no-at"}, HeaderRefused),
        ({"unsubscribe_mailto": "a@b.example>, <https://evil.example"}, HeaderRefused),
    ],
)
def test_no_value_becomes_a_header(changes: dict[str, str], error: type[Exception]) -> None:
    with pytest.raises(error):
        compile_survey_mail(SURVEY).fill(replace(ALICE, **changes))


@pytest.mark.parametrize("field", ["subject", "from_name"])
def test_no_text_of_a_survey_becomes_a_header(field: str) -> None:
    with pytest.raises(HeaderRefused):
        compile_survey_mail(replace(SURVEY, **{field: "Hello\r\nBcc: bob@example.org"}))


def test_a_message_id_may_come_with_its_brackets() -> None:
    mail = compile_survey_mail(SURVEY)
    assert mail.fill(ALICE) == mail.fill(replace(ALICE, message_id=f"<{ALICE.message_id}>"))


def test_the_same_survey_is_compiled_once() -> None:
    assert compile_survey_mail(SURVEY) is compile_survey_mail(replace(SURVEY))
    assert compile_survey_mail(SURVEY) is not compile_survey_mail(replace(SURVEY, brand="Other"))


@pytest.mark.parametrize("language", sorted(languages()))
@pytest.mark.parametrize("kind", KINDS)
def test_every_language_speaks_for_itself(language: str, kind: str) -> None:
    survey = of_kind(kind, language=language, question="?!", subject="?!", footer="")
    text, html = bodies(survey)
    texts = texts_for(language)
    assert f'<html lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}"' in html
    assert texts.unsubscribe in text
    assert "Harbour Books" in texts.reason("Harbour Books", transactional=True)
    assert texts.reason("Harbour Books", transactional=True) in text
    if language != "en":
        assert not re.search(r"\b(you|answer|unsubscribe|out of)\b", text.replace(BASE, ""), re.I)


def test_every_language_has_every_text() -> None:
    folder = Path(tellback.mail.__file__).parent / "texts"
    tables = {file.stem: tomllib.loads(file.read_text("utf-8")) for file in folder.glob("*.toml")}
    assert set(tables) == {"ar", "de", "en", "es", "fr", "it", "ja", "nl", "pt", "ru", "zh"}
    english = flat(tables["en"])
    for language, table in tables.items():
        found = flat(table)
        assert found.keys() == english.keys(), language
        for key, text in found.items():
            places = sorted(re.findall(r"\{\w+\}", text))
            assert places == sorted(re.findall(r"\{\w+\}", english[key])), (language, key)


def flat(table: dict[str, object], prefix: str = "") -> dict[str, str]:
    found: dict[str, str] = {}
    for key, value in table.items():
        if isinstance(value, dict):
            found |= flat(value, f"{prefix}{key}.")
        else:
            found[prefix + key] = str(value)
    return found


@pytest.mark.parametrize(
    ("asked", "given_language"),
    [
        ("pt-BR", "pt"),
        ("pt_br", "pt"),
        ("de-AT", "de"),
        ("zh-Hant-TW", "zh"),
        ("sv", "en"),
        ("", "en"),
    ],
)
def test_a_language_falls_back_to_a_wider_one_then_to_english(
    asked: str, given_language: str
) -> None:
    assert texts_for(asked) is texts_for(given_language)


def test_our_words_in_another_language_than_the_survey_are_marked() -> None:
    _text, html = bodies(replace(SURVEY, language="he-IL", question="איך היה?"))
    assert '<html lang="he-IL" dir="rtl"' in html
    assert '<span lang="en" dir="auto">Unsubscribe from these e-mails</span>' in html
    _text, html = bodies(replace(SURVEY, language="de-AT"))
    assert '<span lang="de"' not in html


def test_a_language_that_is_none_becomes_no_markup() -> None:
    assert language_tag('en" onload="x') == "en"
    assert direction("AR_eg") == "rtl"


def test_without_a_brand_the_mail_does_not_name_one() -> None:
    text, html = bodies(replace(SURVEY, brand="", from_name="", footer=""))
    assert text.startswith("Transaction: ")
    assert "because of your recent transaction with us." in text
    assert "Harbour" not in text + html.replace("Your order at Harbour Books", "")


@pytest.mark.parametrize("accent", ["#ffd166", "#000000", "#FFFFFF", "#2456c9", "#777777"])
def test_answers_can_be_read_on_any_colour(accent: str) -> None:
    assert contrast(readable_on(accent), safe_colour(accent)) >= 4.5
    _text, html = bodies(replace(SURVEY, accent=accent))
    assert f"background:{accent.lower()};color:{readable_on(accent)};" in html


@pytest.mark.parametrize("accent", ["red", "#fff", "#12345g", "#000000;}</style><script>", ""])
def test_a_colour_that_is_none_becomes_the_usual_one(accent: str) -> None:
    assert bodies(replace(SURVEY, accent=accent)) == bodies(SURVEY)
