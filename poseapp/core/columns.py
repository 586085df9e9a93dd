"""Which column of one list of keypoints is which of another, for slots: person * K + keypoint."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import numpy as np
import numpy.typing as npt

Slots = npt.NDArray[np.intp]
Scalar = TypeVar("Scalar", bound=np.generic)
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

    @property
    def is_nothing(self) -> bool:
        """Tell whether every number stays."""
        return self.before == self.after and all(a == b for a, b in self.kept)

    @cached_property
    def lost(self) -> frozenset[int]:
        """The numbers that are taken out."""
        return frozenset(range(self.before)) - set(self.forward)

    def spread(self, values: npt.NDArray[Scalar], empty: float) -> npt.NDArray[Scalar]:
        """Return values (n, S, ...) of slots before as values of slots after; `empty` where nothing was."""
        n_persons = -(-values.shape[1] // self.before)
        padding = [(0, 0), (0, n_persons * self.before - values.shape[1])] + [(0, 0)] * (values.ndim - 2)
        more = values.shape[2:]
        old = np.pad(values, padding, constant_values=empty).reshape(len(values), n_persons, self.before, *more)
        new = np.full((len(values), n_persons, self.after, *more), empty, values.dtype)
        new[:, :, list(self.forward.values())] = old[:, :, list(self.forward)]
        return new.reshape(len(values), n_persons * self.after, *more)
