"""95 % confidence intervals: for a proportion, a difference of proportions, and a mean.

Each takes exact counts or sums, so the result does not depend on the order of the answers. They
are as published: the caller cuts them to the range that its measure can have.
"""

from functools import lru_cache
from math import atan, cos, exp, inf, lgamma, log1p, pi, sin, sqrt
from statistics import NormalDist

CONFIDENCE = 0.95
_UPPER = (1 + CONFIDENCE) / 2
_Z = NormalDist().inv_cdf(_UPPER)
# From here on the asymptotic expansion is right to 1e-11; below, the exact sum has few terms.
_ASYMPTOTIC_FROM = 200


def wilson(successes: int, n: int) -> tuple[float, float]:
    """Score interval for a proportion, as fractions of 1; ``n`` is at least 1.

    Wilson, E. B. (1927), "Probable inference, the law of succession, and statistical
    inference", JASA 22, 209-212. Recommended over the Wald interval, above all for small n, by
    Agresti & Coull (1998), "Approximate is better than 'exact' for interval estimation of
    binomial proportions", The American Statistician 52, 119-126.
    """
    p, z2 = successes / n, _Z * _Z
    centre = (p + z2 / (2 * n)) / (1 + z2 / n)
    margin = _Z * sqrt(p * (1 - p) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    return centre - margin, centre + margin


def adjusted_wald(plus: int, minus: int, n: int) -> tuple[float, float]:
    """Interval for the difference of two shares of one sample, as fractions of 1.

    Adds 3 to the sample: 3/4 to either side and 3/2 to the neutral rest, then takes the Wald
    interval. Rocks, B. (2016), "Interval estimation for the 'Net Promoter Score'", The American
    Statistician 70, 365-372; recommended by Sauro & Lewis, "Confidence intervals for Net
    Promoter Scores" (MeasuringU, 2021). The centre is drawn towards 0, so far that the interval
    around one single answer misses that answer.
    """
    high_share, low_share = (plus + 0.75) / (n + 3), (minus + 0.75) / (n + 3)
    centre = high_share - low_share
    margin = _Z * sqrt((high_share + low_share - centre * centre) / (n + 3))
    return centre - margin, centre + margin


def t_interval(n: int, total: int, squares: int) -> tuple[float, float]:
    """Interval for a mean from the count, the sum and the sum of squares of whole numbers.

    Student (1908), "The probable error of a mean", Biometrika 6, 1-25; for rating scales Sauro &
    Lewis (2016), "Quantifying the User Experience", 2nd ed., chapter 3. One answer says nothing
    about the spread, so its interval has no bounds.
    """
    if n < 2:
        return -inf, inf
    # Whole numbers until the division: nothing cancels however many answers there are.
    variance = (n * squares - total * total) / (n * (n - 1))
    margin = student_t_quantile(_UPPER, n - 1) * sqrt(variance / n)
    return total / n - margin, total / n + margin


@lru_cache(maxsize=1024)
def student_t_quantile(p: float, df: int) -> float:
    """The value that Student's t with ``df`` degrees of freedom stays below with probability p.

    Right to 1e-11 at p = 0.975, and to 1e-9 between 0.001 and 0.999. Abramowitz & Stegun (1964),
    Handbook of Mathematical Functions: 26.7.3 and 26.7.4 (sums), 26.7.5 (expansion, large df).
    """
    if not 0 < p < 1 or df < 1:
        raise ValueError("p must lie between 0 and 1, and df be at least 1")
    if p < 0.5:
        return -student_t_quantile(1 - p, df)
    z = NormalDist().inv_cdf(p)
    return _expansion(z, df) if df >= _ASYMPTOTIC_FROM else _newton(z, p, df)


def _expansion(z: float, df: float) -> float:
    terms = (
        z,
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    )
    return sum(term / df**power for power, term in enumerate(terms))


def _newton(start: float, p: float, df: int) -> float:
    """Solve P(|T| <= t) = 2p - 1 upwards from the normal quantile, which always lies below.

    The distribution function is concave there, so no step overshoots; rounding ends the climb.
    """
    t, step = start, 1.0
    while step > 1e-15 * t:
        step = (2 * p - 1 - _two_sided(t, df)) / (2 * _density(t, df))
        t += step
    return t


def _two_sided(t: float, df: int) -> float:
    """P(|T| <= t)."""
    angle = atan(t / sqrt(df))
    odd = df % 2
    term = cos(angle) if odd else 1.0
    total = 0.0
    for k in range(2 + odd, df + 1, 2):
        total += term
        term *= cos(angle) ** 2 * (k - 1) / k
    return 2 / pi * (angle + sin(angle) * total) if odd else sin(angle) * total


def _density(t: float, df: int) -> float:
    log_constant = lgamma((df + 1) / 2) - lgamma(df / 2)
    return exp(log_constant - (df + 1) / 2 * log1p(t * t / df)) / sqrt(df * pi)
