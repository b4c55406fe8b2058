"""What Prometheus reads, read by its own parser."""

from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics
from prometheus_client.parser import text_string_to_metric_families

from tellback.telemetry.exposition import Exposition, Gauge
from tellback.telemetry.figures import Figures


def samples(figures: Figures, *gauges: Gauge) -> dict[tuple[str, ...], float]:
    """Every sample by its name and the values of its labels, in the order of their names."""
    page, _ = Exposition(figures).write(gauges)
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(page.decode())
        for sample in family.samples
    }


def test_requests_and_refusals_have_their_labels() -> None:
    figures = Figures()
    figures.count_request("wire", "submit", 201, 0.003)
    figures.refused["wire", "Invalid"] += 2
    found = samples(figures)
    assert found["tellback_requests_total", "submit", "2xx", "wire"] == 1
    assert found["tellback_refused_total", "Invalid", "wire"] == 2


def test_a_histogram_adds_up() -> None:
    figures = Figures()
    figures.count_commit(3, 0.02, {})
    figures.count_commit(20_000, 0.3, {})
    found = samples(figures)
    assert found["tellback_commit_jobs_bucket", "2"] == 0
    assert found["tellback_commit_jobs_bucket", "4"] == 1
    assert found["tellback_commit_jobs_bucket", "+Inf"] == 2
    assert found["tellback_commit_jobs_sum",] == 20_003
    assert found["tellback_commit_duration_seconds_count",] == 2


def test_facts_are_metrics_of_their_own() -> None:
    figures = Figures()
    facts = {("requested", "wire", "email"): 5, ("answered", "wire", "chat"): 2}
    figures.count_commit(7, 0.1, facts)
    found = samples(figures)
    assert found["tellback_invitations_total", "email", "wire"] == 5
    assert found["tellback_responses_total", "chat", "wire"] == 2


def test_what_may_come_of_a_mail_is_shown_before_it_does() -> None:
    figures = Figures()
    figures.count_commit(1, 0.1, {("came_of", "sent"): 4})
    found = samples(figures)
    assert found["tellback_mails_total", "sent"] == 4
    assert found["tellback_mails_total", "failed"] == 0


def test_gauges_and_the_process_itself_are_there() -> None:
    gauge = Gauge("tellback_invitations_due", "Due.", ("channel",), {("email",): 12})
    found = samples(Figures(), gauge)
    assert found["tellback_invitations_due", "email"] == 12
    assert found["process_resident_memory_bytes",] > 0


def test_a_gauge_is_of_one_page_only() -> None:
    exposition = Exposition(Figures())
    exposition.write([Gauge("tellback_passing", "Gone soon.", (), {(): 1})])
    assert b"tellback_passing" not in exposition.write([])[0]


def test_who_reads_openmetrics_gets_it() -> None:
    figures = Figures()
    figures.count_request("wire", "submit", 201, 0.003)
    page, kind = Exposition(figures).write([], "application/openmetrics-text; version=1.0.0")
    assert kind.startswith("application/openmetrics-text")
    names = {family.name for family in openmetrics(page.decode())}
    assert {"tellback_requests", "tellback_build"} <= names
