"""Intervals against published values."""

from itertools import pairwise
from math import inf

import pytest

from tellback.core.intervals import adjusted_wald, student_t_quantile, t_interval, wilson

# Two-sided 90, 95 and 99 %: the digits of scipy.stats.t.ppf; printed tables agree to three.
T_TABLE = [
    (1, 6.313751514675, 12.706204736175, 63.656741162872),
    (2, 2.919985580354, 4.302652729749, 9.924843200918),
    (3, 2.353363434802, 3.182446305284, 5.840909309733),
    (4, 2.131846786327, 2.776445105198, 4.604094871350),
    (5, 2.015048373333, 2.570581835636, 4.032142983555),
    (10, 1.812461122812, 2.228138851986, 3.169272672617),
    (20, 1.724718242921, 2.085963447266, 2.845339709786),
    (30, 1.697260886594, 2.042272456301, 2.749995653567),
    (100, 1.660234326085, 1.983971518524, 2.625890521438),
    (120, 1.657650899355, 1.979930405082, 2.617421145107),
    (200, 1.652508100911, 1.971896223634, 2.600634436192),
    (1000, 1.646378817285, 1.962339080826, 2.580754698066),
    (1_000_000, 1.644855150722, 1.959966356814, 2.575834220105),
]


@pytest.mark.parametrize(("df", "p90", "p95", "p99"), T_TABLE)
def test_t_quantile_matches_the_table(df: int, p90: float, p95: float, p99: float) -> None:
    found = [student_t_quantile(p, df) for p in (0.95, 0.975, 0.995)]
    assert found == pytest.approx([p90, p95, p99], rel=0, abs=1e-10)


def test_t_quantile_is_symmetric_and_zero_in_the_middle() -> None:
    assert student_t_quantile(0.5, 7) == 0
    assert student_t_quantile(0.025, 7) == pytest.approx(-student_t_quantile(0.975, 7))


def test_t_quantile_falls_steadily_across_the_change_of_method() -> None:
    quantiles = [student_t_quantile(0.975, df) for df in range(190, 211)]
    steps = [high - low for high, low in pairwise(quantiles)]
    assert all(1e-6 < later < earlier for earlier, later in pairwise(steps))


@pytest.mark.parametrize(("p", "df"), [(0, 5), (1, 5), (0.975, 0)])
def test_t_quantile_refuses_what_has_no_answer(p: float, df: int) -> None:
    with pytest.raises(ValueError, match="must lie between"):
        student_t_quantile(p, df)


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    # Newcombe (1998), Statistics in Medicine 17, 857-872, table I, method 3.
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_matches_newcombe(successes: int, n: int, low: float, high: float) -> None:
    assert wilson(successes, n) == pytest.approx((low, high), abs=5e-5)


def test_adjusted_wald_by_hand() -> None:
    # 5 promoters, 2 detractors of 9: 5.75/12 - 2.75/12 = 0.25; variance 8.5/12 - 0.0625;
    # standard error sqrt(0.645833 / 12) = 0.231990; margin 1.959964 * 0.231990 = 0.454692.
    assert adjusted_wald(5, 2, 9) == pytest.approx((-0.204692, 0.704692), abs=1e-6)


def test_t_interval_by_hand() -> None:
    # 2, 4, 6: mean 4, standard deviation 2, margin 4.302653 * 2 / sqrt(3) = 4.968275.
    assert t_interval(3, 12, 56) == pytest.approx((4 - 4.968275, 4 + 4.968275), abs=1e-6)


def test_t_interval_of_one_answer_has_no_bounds() -> None:
    assert t_interval(1, 5, 25) == (-inf, inf)


def test_t_interval_keeps_its_precision_with_many_answers() -> None:
    n = 10**12
    low, high = t_interval(n, 5 * n, 25 * n + 10)
    assert 0 < high - low < 1e-10
