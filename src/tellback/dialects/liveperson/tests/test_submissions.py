"""What is posted is read in every form that clients use, and nothing that is not is a failure."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tellback.core.commands import SubmitResponse
from tellback.core.errors import Fault, TellbackError
from tellback.core.model import Channel, ContactKey
from tellback.dialects.contract import Call, HttpRequest
from tellback.dialects.liveperson.chats import decode_request
from tellback.dialects.liveperson.submissions import decode_agent, decode_exit, decode_offline
from tellback.dialects.parsing import Element, write_xml

#: The vendor's documented example, byte for byte.
SEED = (
    b'{"survey":{"id":361346,"question":[{"id":4991310,"answer":"natalie"},{"id":4991311,"answer":'
    b'"natalie@mail.com"},{"id":4991312,"answer":"03556"},{"id":4991314,"answer":"tes"}],'
    b'"LETagVisitorId":"rloXnVgEQ-iQuoOytvKNqA","LETagSessionId":"rN82d4rATN6EuiA4cJwaPg",'
    b'"LETagContextId":"5","skill":"Sales","userAgent":"Mozilla/5.0 (Macintosh; Intel Mac OS X '
    b'10_11_6) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/56.0.2924.87 Safari/537.36"}}'
)


def request(body: bytes, **headers: str) -> HttpRequest:
    known = {"content-type": "application/json", "user-agent": "tests"}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return HttpRequest(
        method="PUT",
        path="/api/account/12345678/chat/offlineSurvey",
        params={"account": "12345678", "chat": "H1", "session": "s"},
        query=[("v", "1")],
        headers={**known, **named},
        peer="203.0.113.7",
        base_url="http://testserver",
        body=body,
        request_id="0" * 32,
    )


def read(survey: Any, beside: dict[str, Any] | None = None, **headers: str) -> SubmitResponse:
    body = json.dumps({"survey": survey, **(beside or {})}).encode()
    [command] = decode_offline(request(body, **headers)).commands
    assert isinstance(command, SubmitResponse)
    return command


def answers(question: Any) -> list[Any]:
    return read({"id": 1, "question": question}).answers


def test_the_documented_example_means_all_that_it_says() -> None:
    [command] = decode_offline(request(SEED)).commands
    assert command == SubmitResponse(
        dialect="liveperson",
        channel=Channel.CHAT,
        survey="361346",
        contact=ContactKey("letag", "rloXnVgEQ-iQuoOytvKNqA"),
        answers=[
            ("4991310", "natalie"),
            ("4991311", "natalie@mail.com"),
            ("4991312", "03556"),
            ("4991314", "tes"),
        ],
        as_text=True,
        traits={
            "skill": "Sales",
            "LETagVisitorId": "rloXnVgEQ-iQuoOytvKNqA",
            "LETagSessionId": "rN82d4rATN6EuiA4cJwaPg",
            "LETagContextId": "5",
        },
        user_agent=(
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_11_6) AppleWebKit/537.36 "
            "(KHTML, like Gecko) Chrome/56.0.2924.87 Safari/537.36"
        ),
        ip="203.0.113.7",
        same_within=60_000,
    )


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ([{"id": 7, "answer": "x"}], [("7", "x")]),
        ({"id": "7", "answer": "x"}, [("7", "x")]),
        ({"id": 7.0, "value": "x"}, [("7", "x")]),
        ({"id": " 007 ", "answer": ["x"]}, [("7", "x")]),
        ({"id": 7, "answer": ["x", "y"]}, [("7", ["x", "y"])]),
        ({"id": 7, "answer": ["x", "", None, 5]}, [("7", ["x", "5"])]),
        ({"id": 7, "answer": 10}, [("7", "10")]),
        ({"id": 7, "answer": 2.5}, [("7", "2.5")]),
        ({"id": 7, "answer": 10.0}, [("7", "10")]),
        ({"id": 7, "answer": False}, [("7", "false")]),
        ({"id": 7, "answer": "x", "value": "y"}, [("7", "x")]),
        ({"id": 7, "answer": " "}, []),
        ({"id": 7}, []),
        ("", []),
        (None, []),
        ([], []),
    ],
)
def test_every_form_of_an_answer(question: Any, expected: Any) -> None:
    assert answers(question) == expected


@pytest.mark.parametrize("question", ["hello", 5, True, {"id": None}, {"id": True}, {}, {"id": []}])
def test_what_is_no_question_is_question_0(question: Any) -> None:
    command = read({"id": 1, "question": question})
    [problem] = command.problems
    assert problem.fault is Fault.NOT_FOUND
    assert problem.field in {"0", "true"}


@pytest.mark.parametrize("answer", [{"a": 1}, [["x"]], [{"a": 1}]])
def test_an_answer_is_a_text_or_a_list_of_texts(answer: Any) -> None:
    [problem] = read({"id": 1, "question": {"id": 7, "answer": answer}}).problems
    assert (problem.fault, problem.field) == (Fault.FORMAT, "question 7")


def test_a_survey_as_it_was_retrieved() -> None:
    entries = [{"checked": "true", "value": "a"}, {"checked": True, "value": "b"}, {"value": "c"}]
    survey = {"id": 1, "questions": {"question": {"id": 7, "entry": entries}}}
    assert read(survey).answers == [("7", ["a", "b"])]


def test_what_stands_inside_counts_before_what_stands_beside() -> None:
    beside = {"LETagVisitorId": "outer", "skill": "Outer", "visitorId": 5}
    command = read({"id": 1, "LETagVisitorId": "inner", "skill": ""}, beside)
    assert command.contact == ContactKey("letag", "inner")
    assert command.also == (ContactKey("liveperson_visitor", "5"),)
    assert command.traits == {"LETagVisitorId": "inner", "skill": "Outer", "visitorId": "5"}


@pytest.mark.parametrize(
    ("survey", "contact"),
    [
        ({"LETagVisitorId": "v", "LETagSessionId": "s"}, ContactKey("letag", "v")),
        ({"visitorId": "12", "LETagSessionId": "s"}, ContactKey("liveperson_visitor", "12")),
        ({"LETagSessionId": "s"}, ContactKey("letag_session", "s")),
        ({"LETagContextId": "5"}, None),
    ],
)
def test_by_what_a_visitor_is_known(survey: Any, contact: ContactKey | None) -> None:
    assert read({"id": 1, **survey}).contact == contact


def test_browser_address_and_page_come_with_the_survey_or_else_with_the_call() -> None:
    command = read({"id": 1})
    assert (command.user_agent, command.ip, command.referrer) == ("tests", "203.0.113.7", None)
    said = {"userAgent": "B", "visitorIp": "198.51.100.4", "chatRefferer": "here"}
    command = read({"id": 1, **said})
    assert (command.user_agent, command.ip, command.referrer) == ("B", "198.51.100.4", "here")
    assert read({"id": 1, "chatReferrer": "there"}).referrer == "there"


@pytest.mark.parametrize("number", [None, "x", -1, 1.5, True, "", "9" * 20, 10**25, [1]])
def test_a_survey_without_a_number_is_none(number: Any) -> None:
    assert read({"id": number}).survey == ""


def test_an_exit_survey_is_about_its_chat_and_an_agent_s_is_nobody_s() -> None:
    body = b'{"survey":{"id":1,"visitorId":5}}'
    [command] = decode_exit(request(body)).commands
    assert (command.about.reference, command.about.is_open) == ("H1", False)
    assert command.of_conversation
    [command] = decode_agent(request(body)).commands
    assert (command.about.reference, command.about.is_open) == ("H1", None)
    assert (command.contact, command.of_conversation) == (None, False)


def test_xml_says_the_same() -> None:
    survey = Element(
        "survey",
        {"id": "361346"},
        [
            Element("question", {"id": "1"}, [Element("answer", text="Blue & red")]),
            Element("question", {"id": "2"}, [Element("answer", text=t) for t in ("a", "b")]),
            Element("LETagVisitorId", text="v"),
        ],
    )
    [command] = decode_offline(request(write_xml(survey), content_type="text/xml")).commands
    assert command.survey == "361346"
    assert command.answers == [("1", "Blue & red"), ("2", ["a", "b"])]
    assert command.contact == ContactKey("letag", "v")


TEXT = st.text(max_size=8) | st.sampled_from(["1", "true", "\0", "9" * 30, "x" * 300])
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXT
NAMES = st.sampled_from(
    [
        "survey",
        "request",
        "id",
        "question",
        "questions",
        "answer",
        "value",
        "entry",
        "checked",
        "visitorId",
        "LETagVisitorId",
        "LETagSessionId",
        "skill",
        "visitorIp",
        "preChatLines",
    ]
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=5),
    max_leaves=20,
)
BODIES = st.dictionaries(NAMES, VALUES, max_size=3) | VALUES
DECODERS = [decode_offline, decode_exit, decode_agent, decode_request]


@pytest.mark.parametrize("decode", DECODERS)
@given(body=BODIES)
def test_any_json_is_decoded_or_refused(decode: Any, body: Any) -> None:
    decoded(decode, request(json.dumps(body).encode()))


@pytest.mark.parametrize("decode", DECODERS)
@pytest.mark.parametrize("digits", [400, 4_000, 5_000, 100_000])
def test_any_number_is_decoded_or_refused(decode: Any, digits: int) -> None:
    number = b"1" * digits
    fields = b'"id":%s,"visitorId":%s,"question":{"id":%s,"answer":%s}' % ((number,) * 4)
    decoded(decode, request(b'{"survey":{%s},"request":{%s}}' % (fields, fields)))


ELEMENTS = st.recursive(
    st.builds(Element, NAMES, st.dictionaries(NAMES, TEXT, max_size=2), text=st.text(max_size=5)),
    lambda inner: st.builds(
        Element, NAMES, st.dictionaries(NAMES, TEXT, max_size=2), st.lists(inner, max_size=4)
    ),
    max_leaves=20,
)


@pytest.mark.parametrize("decode", DECODERS)
@given(root=ELEMENTS)
def test_any_xml_is_decoded_or_refused(decode: Any, root: Element) -> None:
    decoded(decode, request(write_xml(root), content_type="application/xml"))


@pytest.mark.parametrize("decode", DECODERS)
@given(body=st.binary(max_size=60), media=st.sampled_from(["", "text/xml", "application/json"]))
def test_any_bytes_are_decoded_or_refused(decode: Any, body: bytes, media: str) -> None:
    decoded(decode, request(body, content_type=media))


def decoded(decode: Any, asked: HttpRequest) -> None:
    with suppress(TellbackError):
        assert isinstance(decode(asked), Call)
