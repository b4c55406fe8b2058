"""Counts of what a process has done."""

from tellback.telemetry.figures import Figures, Histogram


def test_a_value_at_a_bound_is_within_it() -> None:
    histogram = Histogram((1.0, 2.0))
    for value in (0.5, 1.0, 1.5, 2.0, 3.0):
        histogram.observe(value)
    assert histogram.counts == [2, 2, 1]
    assert histogram.total == 8.0


def test_requests_are_counted_by_wire_operation_and_kind_of_status() -> None:
    figures = Figures()
    for status in (200, 204, 404):
        figures.count_request("wire", "submit", status, 0.003)
    assert figures.requests == {("wire", "submit", 2): 2, ("wire", "submit", 4): 1}
    assert sum(figures.durations["wire"].counts) == 3


def test_a_commit_counts_its_own_facts() -> None:
    figures = Figures()
    figures.count_commit(10, 0.02, {("requested", "wire"): 9})
    figures.count_commit(1, 0.01, {("requested", "wire"): 1})
    assert figures.written == {("requested", "wire"): 10}
    assert (figures.batches.total, sum(figures.commits.counts)) == (11, 2)
