"""When a change between two sessions is more than chance: the minimal detectable change.

MDC = 1.96 sqrt(2) SEM (Weir, J. Strength Cond. Res. 2005): of two measurements of the same thing, 95 % differ by less.
SEM, the standard error of measurement, is no less than that of measuring angles in video by hand on the same day,
whatever the network says of its keypoints: between sessions the camera, the clothes and the person stand anew.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

LEAST_SEM = 1.6  # degrees: intra-rater SEM of hip, knee and ankle in 2D video (Guadagnin 2025, BJMB)
_Z95 = 1.96

Verdict = Literal["beyond", "within", "unknown"]


@dataclass(frozen=True)
class Change:
    """A difference between two sessions, in the unit of the values.

    Attributes:
        difference: First less second; NaN where one is missing.
        mdc: Minimal detectable change, 95 %; NaN where it is not known.
    """

    difference: float
    mdc: float

    @property
    def verdict(self) -> Verdict:
        """Tell whether the difference is more than chance."""
        if math.isnan(self.difference) or math.isnan(self.mdc):
            return "unknown"
        return "beyond" if abs(self.difference) > self.mdc else "within"


def minimal_detectable_change(sem: float) -> float:
    """Return 1.96 sqrt(2) SEM, in the unit of SEM.

    Raises:
        ValueError: A SEM that is negative.
    """
    if sem < 0:
        raise ValueError(f"a standard error of measurement cannot be {sem}")
    return _Z95 * math.sqrt(2) * sem


def standard_error(first_sigma: float, second_sigma: float, least: float = LEAST_SEM) -> float:
    """Return the SEM of two measurements: the root mean square of their standard deviations, and `least` on top.

    NaN where one is not known; a person's marks have a sigma of 0, for which `least` alone counts.
    """
    return math.sqrt((first_sigma**2 + second_sigma**2) / 2 + least**2)


def judge_change(difference: float, first_sigma: float, second_sigma: float, least: float = LEAST_SEM) -> Change:
    """Return a difference with what it takes to be more than chance."""
    return Change(difference, minimal_detectable_change(standard_error(first_sigma, second_sigma, least)))
