"""How keypoints are smoothed: one frozen type for the window, the command line, files and code."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NoReturn

from poseapp.core.errors import BadInputError

FILTER_KINDS = ("butterworth", "savitzky-golay", "median", "hampel", "gcv-spline", "kalman", "one-euro", "none")
FILTER_ORDERS = (2, 4, 6, 8)
CUTOFF_RULES = ("given", "residual", "autocorrelation")
MOTIONS = ("velocity", "acceleration")

FILTER_TITLES = {
    "butterworth": "Butterworth",
    "savitzky-golay": "Savitzky-Golay",
    "median": "Median",
    "hampel": "Hampel",
    "gcv-spline": "GCV spline",
    "kalman": "Kalman smoother",
    "one-euro": "One-Euro",
    "none": "None",
}
RULE_WORDS = {
    "given": "",
    "residual": "cut-off by residual analysis",
    "autocorrelation": "cut-off by least autocorrelation of the residuals",
}
WITH_CUTOFF = ("butterworth", "kalman", "one-euro")
WITH_WINDOW = ("savitzky-golay", "median", "hampel")


@dataclass(frozen=True)
class FilterSettings:
    """Which filter, and its parameters; a kind looks at its own parameters only.

    Attributes:
        kind: One of `FILTER_KINDS`.
        cutoff_hz: Butterworth: -3 dB frequency of the whole zero-phase filter. Kalman: the same, for a keypoint as
            sure as it usually is. One-Euro: the least cut-off, at rest.
        cutoff_rule: Butterworth: "given", or chosen from the data by "residual" analysis (Winter 2009) or by least
            "autocorrelation" of the residuals (Challis 1999).
        order: Butterworth, of the whole filter: 2, 4, 6 or 8.
        window_seconds: Savitzky-Golay, median and Hampel: length of the window, rounded to an odd number of frames,
            three at least.
        degree: Savitzky-Golay: of the polynomial.
        threshold: Hampel and `despike`: robust standard deviations from which a sample is an outlier.
        beta: One-Euro: Hz more for each px/s of speed.
        motion: Kalman: what stays the same but for noise, the "velocity" or the "acceleration".
        despike: Outliers are replaced by the median of 0.15 s (Hampel) before the filter.

    Raises:
        BadInputError: A value that cannot be used.
    """

    kind: str = "butterworth"
    cutoff_hz: float = 6.0
    cutoff_rule: str = "given"
    order: int = 4
    window_seconds: float = 0.2
    degree: int = 3
    threshold: float = 3.0
    beta: float = 0.01
    motion: str = "velocity"
    despike: bool = False

    def __post_init__(self) -> None:
        _check_choice("filter", self.kind, FILTER_KINDS)
        _check_choice("rule for the cut-off", self.cutoff_rule, CUTOFF_RULES)
        _check_choice("motion of the Kalman smoother", self.motion, MOTIONS)
        if not 0 < self.cutoff_hz < math.inf:
            refuse("cut-off", self.cutoff_hz, "Give a frequency above 0 Hz")
        if self.order not in FILTER_ORDERS:
            refuse("filter order", self.order, "Choose 2, 4, 6 or 8")
        if not 0 < self.window_seconds <= 10:
            refuse("window of the filter", self.window_seconds, "Give a time above 0 s and up to 10 s")
        if self.degree not in range(6):
            refuse("degree of the polynomial", self.degree, "Choose 0 to 5")
        if not 0 < self.threshold < math.inf:
            refuse("threshold for outliers", self.threshold, "Give a number above 0")
        if not 0 <= self.beta < math.inf:
            refuse("beta of the One-Euro filter", self.beta, "Give 0 or more")

    @property
    def title(self) -> str:
        """Name of the filter for people."""
        return FILTER_TITLES[self.kind]


def refuse(name: str, value: object, remedy: str) -> NoReturn:
    """Raise BadInputError for a value that cannot be used."""
    raise BadInputError(f"the {name} cannot be {value}", remedy=remedy)


def _check_choice(name: str, value: str, choices: tuple[str, ...]) -> None:
    if value not in choices:
        refuse(name, value, "Choose " + ", ".join(choices[:-1]) + " or " + choices[-1])
