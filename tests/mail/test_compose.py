"""From surveys and invitations to what a mail says."""

from dataclasses import replace

import pytest

from tellback.core.admission import DueInvitation
from tellback.core.links import Purpose, verify
from tellback.core.model import (
    Choice,
    Project,
    Question,
    QuestionType,
    ShowIf,
    Survey,
    SurveyDefinition,
    SurveyType,
)
from tellback.core.settings import ProjectSettings
from tellback.mail.compose import mail_survey, message_id_of, recipient
from tellback.mail.errors import AddressRefused
from tellback.mail.survey_mail import MailAnswer, MailSurvey
from tests.outgoing import NOON, SURVEY

PROJECT = Project("0199" * 8, "Shop", "shop", NOON, ProjectSettings(), b"secret")
FROM = "feedback@tellback.example"


FEW = (Choice("a", {"en": "One", "de": "Eins"}), Choice("b"))
MANY = tuple(Choice(str(number)) for number in range(1, 9))
EIGHT = "1 2 3 4 5 6 7 8"
LONG = (Choice("a", {"en": "x" * 61}), Choice("b"))


def survey(definition: SurveyDefinition = SURVEY) -> Survey:
    return Survey(PROJECT.id, "01aa" * 8, "wire", 1, 1, True, "wire", definition)


def said(
    definition: SurveyDefinition = SURVEY, language: str | None = None, **settings: str
) -> MailSurvey:
    project = replace(PROJECT, settings=replace(PROJECT.settings, **settings))  # type: ignore[arg-type]
    return mail_survey(project, survey(definition), language, True, FROM)


def asking(question: Question) -> SurveyDefinition:
    return replace(SURVEY, questions=(question,), subject={})


def due(**changes: object) -> DueInvitation:
    invitation = DueInvitation(
        id="01bb" * 8,
        survey_id="01aa" * 8,
        address="alice@example.com",
        language=None,
        reference="order 7",
        transactional=True,
        transaction_at=NOON,
        transaction_amount=1234.5,
        transaction_currency="EUR",
        created_at=NOON,
    )
    return replace(invitation, **changes)  # type: ignore[arg-type]


def test_a_question_with_two_answers() -> None:
    assert said() == MailSurvey(
        kind="binary",
        question="Were you happy?",
        answers=(MailAnswer("positive", "Yes"), MailAnswer("negative", "No")),
        subject="A question",
        brand="Shop",
        from_name="Shop",
        from_address=FROM,
        reply_to=None,
        language="en",
        transactional=True,
    )


@pytest.mark.parametrize(
    ("asked_for", "of_project", "expected", "question"),
    [
        ("de", "en", "de", "Waren Sie zufrieden?"),
        ("de-AT", "en", "de-AT", "Waren Sie zufrieden?"),
        (None, "de", "de", "Waren Sie zufrieden?"),
        (None, "", "en", "Were you happy?"),
        ("fr", "de", "fr", "Were you happy?"),
    ],
)
def test_the_language_falls_back(
    asked_for: str | None, of_project: str, expected: str, question: str
) -> None:
    project = replace(PROJECT, settings=replace(PROJECT.settings, language=of_project))
    found = mail_survey(project, survey(), asked_for, False, FROM)
    assert (found.language, found.question) == (expected, question)


def test_the_projects_own_words_and_addresses_win() -> None:
    found = said(brand="Shop & Co", from_address="ask@shop.example", reply_to="us@shop.example")
    assert (found.brand, found.from_name) == ("Shop & Co", "Shop & Co")
    assert (found.from_address, found.reply_to) == ("ask@shop.example", "us@shop.example")


def test_a_scale_offers_its_numbers() -> None:
    question = Question("q", QuestionType.NPS, {"en": "Would you?"}, metric="nps")
    found = said(asking(question))
    assert (found.kind, found.subject) == ("nps", "Would you?")
    assert [answer.value for answer in found.answers] == [str(n) for n in range(11)]


@pytest.mark.parametrize(
    "question",
    [
        Question("q", QuestionType.LONG_TEXT, {"en": "Tell us?"}),
        Question("q", QuestionType.SCALE, {"en": "Tell us?"}, maximum=100, metric="csat"),
        Question("q", QuestionType.DATE, {"en": "Tell us?"}),
        Question("q", QuestionType.MULTIPLE_CHOICE, {"en": "Tell us?"}, choices=FEW),
        Question("q", QuestionType.DROPDOWN, {"en": "Tell us?"}, choices=MANY),
        Question("q", QuestionType.SINGLE_CHOICE, {"en": "Tell us?"}, choices=LONG),
    ],
)
def test_what_does_not_fit_a_mail_leads_to_the_page(question: Question) -> None:
    found = said(asking(question))
    assert (found.kind, found.answers, found.question) == ("form", (), "Tell us?")


@pytest.mark.parametrize(
    ("question", "kind", "shown"),
    [
        (Question("q", QuestionType.NPS, {}), "nps", "0 1 2 3 4 5 6 7 8 9 10"),
        (Question("q", QuestionType.SCALE, {}, maximum=3), "scale", "0 1 2 3"),
        (Question("q", QuestionType.SCALE, {}, minimum=3, maximum=1), "scale", "3 2 1"),
        (Question("q", QuestionType.SCALE, {}, maximum=2, metric="other"), "scale", "0 1 2"),
        (Question("q", QuestionType.SCALE, {}, maximum=2, metric="ces"), "ces", "0 1 2"),
        (Question("q", QuestionType.STARS, {}, minimum=1, maximum=3), "scale", "1★ 2★ 3★"),
        (Question("q", QuestionType.SMILEY, {}, minimum=1, maximum=5), "scale", "😞 😕 😐 😊 😄"),
        (Question("q", QuestionType.SMILEY, {}, minimum=2, maximum=0), "scale", "😊 😐 😞"),
        (Question("q", QuestionType.SMILEY, {}, minimum=1, maximum=6), "scale", "1 2 3 4 5 6"),
        (Question("q", QuestionType.BINARY, {}), "binary", "Ja Nein"),
        (Question("q", QuestionType.SINGLE_CHOICE, {}, choices=FEW), "choice", "Eins b"),
        (
            Question("q", QuestionType.DROPDOWN, {}, choices=MANY, metric="nps"),
            "nps",
            "1 2 3 4 5 6 7 8",
        ),
    ],
)
def test_what_one_click_answers_is_offered(question: Question, kind: str, shown: str) -> None:
    found = said(asking(question), "de")
    words = [answer.face or answer.label for answer in found.answers]
    assert (found.kind, " ".join(words)) == (kind, shown)


def test_labels_of_some_steps_hide_no_others() -> None:
    ends = (Choice("1", {"en": "Bad"}), Choice("3", {"en": "Good"}))
    scale = Question("q", QuestionType.SCALE, {}, minimum=1, maximum=3, choices=ends)
    assert [answer.label for answer in said(asking(scale)).answers] == ["Bad", "2", "Good"]


def test_a_first_question_without_a_score_is_asked_and_the_others_follow() -> None:
    first = Question("q", QuestionType.SINGLE_CHOICE, {"en": "Which?"}, choices=FEW)
    later = Question("d", QuestionType.DATE, {"en": "When?"})
    why = Question("why", QuestionType.LONG_TEXT, {"en": "Why?"})
    found = {
        tuple(q.id for q in questions): said(SurveyDefinition("s", SurveyType.FORM, questions))
        for questions in ((first,), (first, why), (first, why, later))
    }
    assert {mail.question for mail in found.values()} == {"Which?"}
    assert [mail.follows for mail in found.values()] == ["nothing", "comment", "questions"]


def test_a_rating_that_must_be_brought_up_first_is_not_asked() -> None:
    vote = Question("v", QuestionType.BINARY, {"en": "Happy?"})
    rule = (ShowIf("v", any_of=("positive",)),)
    rating = Question("r", QuestionType.NPS, {"en": "How?"}, metric="nps", show_if=rule)
    found = said(SurveyDefinition("s", SurveyType.NPS, (vote, rating)))
    assert (found.question, found.kind) == ("Happy?", "binary")


def test_the_rating_question_is_asked_wherever_it_stands() -> None:
    questions = (
        Question("why", QuestionType.LONG_TEXT, {"en": "Why?"}),
        Question("q", QuestionType.STARS, {"en": "How?"}, minimum=1, maximum=5, metric="csat"),
    )
    found = said(SurveyDefinition("s", SurveyType.CSAT, questions))
    assert (found.kind, found.question, len(found.answers)) == ("csat", "How?", 5)


def test_no_line_break_reaches_a_header() -> None:
    choices = (Choice("positive", {"en": "Y"}), Choice("negative", {"en": "N"}))
    text = {"en": "Happy?\r\nBcc: all@example.com"}
    question = Question("q", QuestionType.BINARY, text, choices=choices, metric="binary")
    assert said(asking(question)).subject == "Happy? Bcc: all@example.com"


def test_the_message_id_is_the_same_every_time() -> None:
    assert message_id_of("01bb", "ask@shop.example") == "<01bb@shop.example>"
    assert message_id_of("01bb", "ask@müller.example") == "<01bb@xn--mller-kva.example>"
    with pytest.raises(AddressRefused):
        message_id_of("01bb", "nobody")


def test_links_are_signed_for_their_purposes() -> None:
    found = recipient(PROJECT, due(), "<1@t.example>", "https://ask.example", NOON)
    links = {
        Purpose.ANSWER: found.answer_url.removeprefix("https://ask.example/-/r/"),
        Purpose.UNSUBSCRIBE: found.unsubscribe_url.removeprefix("https://ask.example/-/u/"),
        Purpose.OPEN: found.pixel_url.removeprefix("https://ask.example/-/o/")[: -len(".gif")],
        Purpose.TRAP: found.honeypot_url.removeprefix("https://ask.example/-/t/"),
    }
    for purpose, token in links.items():
        assert verify(PROJECT.secret, purpose, token) == due().id


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, ("order 7", "2026-11-12", "1234.50", "EUR")),
        (
            {"transaction_amount": 900.0, "transaction_currency": "JPY"},
            ("order 7", "2026-11-12", "900", "JPY"),
        ),
        ({"transaction_amount": None}, ("order 7", "2026-11-12", None, None)),
        ({"transaction_at": None}, ("order 7", None, "1234.50", "EUR")),
        ({"transactional": False}, (None, None, None, None)),
    ],
)
def test_the_transaction_is_shown(
    changes: dict[str, object], expected: tuple[str | None, ...]
) -> None:
    found = recipient(PROJECT, due(**changes), "<1@t.example>", "https://ask.example", NOON)
    assert expected == (
        found.transaction_id,
        found.transaction_date,
        found.transaction_amount,
        found.transaction_currency,
    )


def test_the_transactions_day_is_the_projects_own() -> None:
    project = replace(PROJECT, settings=ProjectSettings(time_zone="Pacific/Auckland"))
    found = recipient(project, due(), "<1@t.example>", "https://ask.example", NOON)
    assert found.transaction_date == "2026-11-13"
