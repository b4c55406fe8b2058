"""Who is taken for a machine, and who is not."""

import pytest

from tellback.core.instants import HOUR, MINUTE, SECOND
from tellback.core.scanners import Kind, Scanner, Seen, Visit, first_seen, is_program, judge

SENT = 1_790_000_000_000
LATER = SENT + HOUR
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1"
)
OUTLOOK = "Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 10.0; ms-office; MSOffice 16)"
GMAIL_PREFETCH = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/42.0.2311.135 Safari/537.36 Edge/12.246 Mozilla/5.0"
)
GMAIL_PROXY = (
    "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)"
)

PEOPLE = [
    FIREFOX,
    IPHONE,
    OUTLOOK,
    GMAIL_PROXY,
    "YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html",
    "Mozilla/5.0 (Linux; Android 15; CUBOT X30) AppleWebKit/537.36 Chrome/140.0 Mobile Safari",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/605.1.15 (KHTML, like Gecko) Evolution/3.56",
]
PROGRAMS = [
    None,
    "",
    "python-requests/2.32.3",
    "Python/3.12 aiohttp/3.11.2",
    "Go-http-client/2.0",
    "curl/8.11.0",
    "Java/17.0.2",
    "okhttp/4.12.0",
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 HeadlessChrome/140.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5",
    "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
    "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
    "WhatsApp/2.23.20.0",
    "Barracuda Sentinel (EE)",
    "Mozilla/5.0 (compatible; Proofpoint URL Defense)",
]


def visit(
    number: int, kind: Kind, after: int = 0, agent: str | None = FIREFOX, **more: object
) -> Visit:
    links = {Kind.CLICK: "answer positive", Kind.LOOK: "unsubscribe"}
    values = {"link": links.get(kind), "ip": "192.0.2.0", **more}
    return Visit(str(number), kind, LATER + after, agent=agent, **values)  # type: ignore[arg-type]


def marks(*visits: Visit, sent_at: int | None = SENT, answers: int = 2) -> list[Scanner | None]:
    verdict = judge(visits, sent_at, answers)
    return [verdict[each.id] for each in visits]


@pytest.mark.parametrize("agent", PEOPLE)
def test_people_are_not_programs(agent: str) -> None:
    assert not is_program(agent)
    assert marks(visit(1, Kind.OPEN, agent=agent)) == [None]


@pytest.mark.parametrize("agent", PROGRAMS)
def test_programs_are_known_by_their_name(agent: str | None) -> None:
    assert is_program(agent)
    assert marks(visit(1, Kind.CLICK, agent=agent)) == [Scanner.AGENT]


@pytest.mark.parametrize("agent", ["Mozilla/5.0", GMAIL_PREFETCH])
def test_images_fetched_before_anyone_looks_are_no_opening(agent: str) -> None:
    assert marks(visit(1, Kind.OPEN, agent=agent)) == [Scanner.PREFETCH]
    assert marks(visit(1, Kind.CLICK, agent=agent)) == [None]


def test_a_head_request_is_a_machines() -> None:
    assert marks(visit(1, Kind.CLICK, scanner=Scanner.HEAD)) == [Scanner.HEAD]


@pytest.mark.parametrize(("after", "mark"), [(-1, Scanner.TOO_SOON), (0, None)])
def test_nobody_reads_within_three_seconds(after: int, mark: Scanner | None) -> None:
    early = visit(1, Kind.OPEN)
    assert marks(early, sent_at=LATER - 3 * SECOND - after) == [mark]


def test_a_gateway_comes_before_the_mail_has_even_gone() -> None:
    assert marks(visit(1, Kind.CLICK), sent_at=LATER + MINUTE) == [Scanner.TOO_SOON]


def test_without_a_sending_time_nothing_is_too_soon() -> None:
    assert marks(visit(1, Kind.CLICK), sent_at=None) == [None]


def test_every_answer_at_once_is_a_scanner() -> None:
    yes, no = visit(1, Kind.CLICK), visit(2, Kind.CLICK, 10 * SECOND, link="answer negative")
    assert marks(yes, no) == [Scanner.ALL_LINKS] * 2


def test_two_of_many_answers_are_a_slip_of_the_finger() -> None:
    eight, nine = visit(1, Kind.CLICK), visit(2, Kind.CLICK, SECOND, link="answer 9")
    assert marks(eight, nine, answers=11) == [None, None]


def test_three_links_at_once_are_a_scanner() -> None:
    visits = [
        visit(1, Kind.CLICK, link="answer 1"),
        visit(2, Kind.CLICK, 4 * SECOND, link="answer 2"),
        visit(3, Kind.LOOK, 8 * SECOND),
    ]
    assert marks(*visits, answers=11) == [Scanner.ALL_LINKS] * 3


def test_the_pixel_loaded_in_a_burst_belongs_to_it() -> None:
    visits = [
        visit(1, Kind.OPEN),
        visit(2, Kind.CLICK, SECOND),
        visit(3, Kind.CLICK, 2 * SECOND, link="answer negative"),
    ]
    assert marks(*visits) == [Scanner.ALL_LINKS] * 3


def test_both_answers_with_time_between_are_a_person_who_looks_around() -> None:
    yes, no = visit(1, Kind.CLICK), visit(2, Kind.CLICK, 11 * SECOND, link="answer negative")
    assert marks(yes, no) == [None, None]


def test_the_same_link_over_and_over_is_no_burst() -> None:
    assert marks(*(visit(n, Kind.CLICK, n) for n in range(5))) == [None] * 5


def test_one_answer_link_alone_is_not_every_answer() -> None:
    assert marks(visit(1, Kind.CLICK, link="answer "), answers=1) == [None]


def test_a_step_into_the_trap_marks_what_was_near() -> None:
    visits = [
        visit(1, Kind.OPEN, -11 * MINUTE),
        visit(2, Kind.OPEN, -9 * MINUTE),
        visit(3, Kind.TRAP),
        visit(4, Kind.CLICK, 9 * MINUTE),
        visit(5, Kind.CLICK, 11 * MINUTE),
    ]
    assert marks(*visits) == [None, Scanner.TRAP, Scanner.TRAP, Scanner.TRAP, None]


def test_who_sends_the_form_is_a_person() -> None:
    visits = [
        visit(1, Kind.CLICK),
        visit(2, Kind.CLICK, SECOND, link="answer negative"),
        visit(3, Kind.TRAP, 2 * SECOND),
        visit(4, Kind.CLICK, 2 * SECOND, scanner=Scanner.HEAD),
        visit(5, Kind.ANSWER, 20 * SECOND),
    ]
    assert marks(*visits) == [None, None, Scanner.TRAP, Scanner.HEAD, None]


def test_an_answer_speaks_for_nobody_else() -> None:
    visits = [
        visit(1, Kind.CLICK, agent="curl/8"),
        visit(2, Kind.CLICK, -61 * MINUTE, agent="HeadlessChrome"),
        visit(3, Kind.CLICK, -59 * MINUTE, agent="HeadlessChrome"),
        visit(4, Kind.ANSWER, agent="HeadlessChrome"),
    ]
    assert marks(*visits) == [Scanner.AGENT, Scanner.AGENT, None, None]


def test_a_second_answer_takes_nothing_back() -> None:
    visits = [
        visit(1, Kind.CLICK, agent="HeadlessChrome"),
        visit(2, Kind.ANSWER, MINUTE, agent="HeadlessChrome"),
        visit(3, Kind.ANSWER, 5 * HOUR, agent="HeadlessChrome"),
    ]
    assert marks(*visits) == [None] * 3


def seen(*visits: Visit, responded_at: int | None = None) -> Seen:
    return first_seen(visits, judge(visits, SENT, 2), responded_at)


def test_the_first_opening_and_click_of_a_person_count() -> None:
    visits = [
        visit(1, Kind.OPEN, agent="curl/8"),
        visit(2, Kind.OPEN, MINUTE),
        visit(3, Kind.CLICK, 2 * MINUTE),
        visit(4, Kind.OPEN, 3 * MINUTE),
    ]
    assert seen(*visits) == Seen(LATER + MINUTE, LATER + 2 * MINUTE)


def test_who_clicks_has_opened_even_without_images() -> None:
    assert seen(visit(1, Kind.CLICK)) == Seen(LATER, LATER)


def test_who_looks_at_the_way_out_has_opened_but_not_clicked() -> None:
    assert seen(visit(1, Kind.LOOK)) == Seen(LATER, None)


def test_who_answered_has_opened_and_clicked() -> None:
    assert seen(responded_at=LATER) == Seen(LATER, LATER)


def test_scanners_have_seen_nothing() -> None:
    assert seen(visit(1, Kind.OPEN, agent="curl/8")) == Seen(None, None)
