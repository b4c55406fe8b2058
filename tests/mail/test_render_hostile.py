"""Nobody's text becomes markup, a header or a link."""

import re
from dataclasses import replace
from email import message_from_bytes
from email.policy import default

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tellback.mail.errors import AddressRefused, HeaderRefused, LinkRefused
from tellback.mail.render import MailAnswer, SurveyMail, compile_survey_mail
from tests.mail.survey_mails import ALICE, BASE, SURVEY, Page, bodies

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


def plain(original: str) -> str:
    """As empty, or of as many lines, as the original."""
    return "\n".join(
        "x" if re.sub(r"[\x00-\x20\x7f-\x9f\u2028\u2029]", "", line) else ""
        for line in original.splitlines()
    )


@given(text=TEXTS, label=TEXTS, value=st.text(min_size=1, max_size=20))
@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@example(text=HOSTILE[0], label=HOSTILE[1], value='"><x>')
@example(text=HOSTILE[2], label=HOSTILE[3], value="a&b=c#d")
@example(text="\x85", label="\x7f", value="v")
@example(text="\xa0", label="\xa0", value="v")
def test_no_text_of_a_survey_becomes_markup(text: str, label: str, value: str) -> None:
    kind = "csat" if plain(label).strip() else "form"

    def page(text: str, label: str, value: str) -> Page:
        survey = replace(SURVEY, question=text, brand=text, footer=text, language="en", kind=kind)
        answers = (MailAnswer("long" + value, label), MailAnswer("other", "x" * 20))
        return Page(html_of(SurveyMail(replace(survey, answers=answers))))

    def html_of(mail: SurveyMail) -> str:
        message = message_from_bytes(mail.fill(ALICE), policy=default)
        return message.get_body(("html",)).get_payload(decode=True).decode()

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
