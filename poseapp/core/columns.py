"""Which column of one list of keypoints is which of another, for slots: person * K + keypoint."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

Slots = npt.NDArray[np.intp]
_NOWHERE = np.iinfo(np.intp).max  # beyond what any layer holds


@dataclass(frozen=True)
class Columns:
    """Where the keypoints that are shown are held.

    Attributes:
        of: For each of the K keypoints shown, its column in what is held; -1 where nothing is.
        n_held: Columns of a person there.
    """

    of: tuple[int, ...]
    n_held: int

    @classmethod
    def same(cls, n: int) -> Columns:
        """Return those of n keypoints that are held as they are shown."""
        return cls(tuple(range(n)), n)

    def slots(self, shown: Slots) -> Slots:
        """Return the slots held for slots shown; a number that no layer has where nothing is held."""
        if self._are_same:
            return shown
        person, keypoint = np.divmod(shown, len(self.of))
        column = self._table[keypoint]
        return np.where(column < 0, _NOWHERE, person * self.n_held + column)

    def renumbered(self, numbers: Renumbering) -> Columns:
        """Return where keypoints of other numbers are held; what is held stays as it is."""
        before = (numbers.backward.get(after, -1) for after in range(numbers.after))
        return Columns(tuple(self.of[k] if k >= 0 else -1 for k in before), self.n_held)

    @cached_property
    def _are_same(self) -> bool:
        return self == Columns.same(self.n_held)

    @cached_property
    def _table(self) -> Slots:
        return np.array(self.of, dtype=np.intp)


@dataclass(frozen=True)
class Renumbering:
    """What becomes of keypoint numbers when keypoints are put in or taken out.

    Attributes:
        kept: (number before, number after), ascending.
        before, after: How many there are.
    """

    kept: tuple[tuple[int, int], ...]
    before: int
    after: int

    @cached_property
    def forward(self) -> dict[int, int]:
        """Number after, by the number before."""
        return dict(self.kept)

    @cached_property
    def backward(self) -> dict[int, int]:
        """Number before, by the number after."""
        return {after: before for before, after in self.kept}

    @cached_property
    def moves_none(self) -> bool:
        """Tell whether every keypoint that is kept keeps its number."""
        return all(a == b for a, b in self.kept)

    @property
    def is_nothing(self) -> bool:
        """Tell whether there are the same keypoints, each under its number."""
        return self.before == self.after and self.moves_none

    @cached_property
    def lost(self) -> frozenset[int]:
        """The numbers that are taken out."""
        return frozenset(range(self.before)) - set(self.forward)
