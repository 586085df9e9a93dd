"""What is said of how well two people, two sessions or two networks agree about one clip."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from poseapp.core.types import Float32, Float64, frozen_arrays

Z_95 = 1.96  # of the normal distribution: 95 % lie within
ICC_WORDS = "ICC(2,1), two-way random, absolute agreement, single values, with its 95 % interval"
METHOD = (
    f"{ICC_WORDS} (Shrout & Fleiss 1979; McGraw & Wong 1996). SEM: standard error of measurement, the root of the "
    "variance between the two and the residual variance (de Vet et al. 2006). MDC: minimal detectable change, "
    "1.96 √2 SEM. Bias: mean of second minus first; limits of agreement: bias ± 1.96 standard deviations of the "
    "differences (Bland & Altman 1986). From unfiltered keypoints, gaps left out. Frames of one movement are not "
    "independent of each other: the intervals are narrower than they should be."
)


@dataclass(frozen=True)
class Agreement:
    """Of n pairs of values; in the unit of the values, but the correlation. NaN where there are too few.

    Attributes:
        n: Pairs of which both are known.
        icc: Intraclass correlation of single values, two-way random, absolute agreement: ICC(2,1) of Shrout & Fleiss
            (Psychol Bull 86, 1979), ICC(A,1) of McGraw & Wong (Psychol Methods 1, 1996). icc_low, icc_high: Its 95 %
            interval, of McGraw & Wong's table 7.
        sem: Standard error of measurement, the root of the variance between raters and the residual variance (de Vet
            et al., J Clin Epidemiol 59, 2006).
        mdc: Minimal detectable change, 1.96 sqrt(2) SEM: a smaller difference of two measurements may be chance.
        bias: Mean of second minus first. spread: Standard deviation of these differences.
        low, high: Limits of agreement, bias -+ 1.96 spread (Bland & Altman, Lancet 327, 1986).
    """

    n: int
    icc: float
    icc_low: float
    icc_high: float
    sem: float
    mdc: float
    bias: float
    spread: float

    @property
    def low(self) -> float:
        """Lower limit of agreement."""
        return self.bias - Z_95 * self.spread

    @property
    def high(self) -> float:
        """Upper limit of agreement."""
        return self.bias + Z_95 * self.spread


@dataclass(frozen=True, eq=False)
class AgreementRow:
    """One angle or coordinate of one person.

    Attributes:
        name: As in the analysis file; a coordinate ends in `_x` or `_y`.
        title: For people.
        unit: "degrees" or "px". person: Index, of the first.
        frames: (n,) those in which both values are known.
        first, second: (n,) the paired values.
    """

    name: str
    title: str
    unit: str
    person: int
    agreement: Agreement
    frames: npt.NDArray[np.intp]
    first: Float64
    second: Float64

    def __post_init__(self) -> None:
        frozen_arrays(self)

    @property
    def mean(self) -> Float64:
        """(n,) of both values."""
        return np.asarray((self.first + self.second) / 2)

    @property
    def difference(self) -> Float64:
        """(n,) second minus first."""
        return np.asarray(self.second - self.first)

    @cached_property
    def worst(self) -> int:
        """Position in `frames` of the largest difference, of equal ones the earliest; -1 without any."""
        return int(np.argmax(np.abs(self.difference))) if len(self.frames) else -1

    @cached_property
    def worst_first(self) -> npt.NDArray[np.intp]:
        """(n,) positions in `frames`, the largest difference first; of equal ones the earlier frame."""
        return np.argsort(-np.abs(self.difference), kind="stable")

    def point(self, place: int) -> tuple[float, float]:
        """Return (mean, difference) at a position in `frames`."""
        first, second = float(self.first[place]), float(self.second[place])
        return (first + second) / 2, second - first


@dataclass(frozen=True, eq=False)
class AgreementTable:
    """Every angle, then every coordinate of every keypoint, person by person.

    Attributes:
        frames: In how many frames something was compared.
        marked: Only what was placed by hand was compared.
        first, second: What was compared, in words without a file name.
        other: (T, P, K, 2) px, the second's keypoints by the persons and keypoints of the first; NaN = missing.
    """

    rows: tuple[AgreementRow, ...]
    frames: int
    marked: bool
    first: str = "first"
    second: str = "second"
    other: Float32 = field(default_factory=lambda: np.empty((0, 0, 0, 2), np.float32))

    def __post_init__(self) -> None:
        frozen_arrays(self)
