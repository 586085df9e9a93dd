"""How often each frame is counted, and the counted frames in order, without sorting them all after every change."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt


class FrameCounts:
    """Counts by frame. `frames` costs a copy of what there is, and sorts what changed since it was last asked for."""

    def __init__(self) -> None:
        self._counts: dict[int, int] = {}
        self._frames: npt.NDArray[np.intp] = _frozen(np.zeros(0, dtype=np.intp))
        self._changed: set[int] = set()

    def copied(self) -> FrameCounts:
        """Return the same counts, to go on with apart."""
        other = FrameCounts()
        other._counts, other._frames, other._changed = dict(self._counts), self._frames, set(self._changed)
        return other

    def add(self, frame: int) -> None:
        """Count a frame once more."""
        count = self._counts.get(frame, 0)
        self._counts[frame] = count + 1
        if not count:
            self._changed.add(frame)

    def drop(self, frame: int) -> None:
        """Count a frame once less. Raises KeyError for one that is not counted."""
        self._counts[frame] -= 1
        if not self._counts[frame]:
            del self._counts[frame]
            self._changed.add(frame)

    def frames(self) -> npt.NDArray[np.intp]:
        """Return the counted frames, ascending, read-only."""
        if self._changed:
            changed = np.array(sorted(self._changed), dtype=np.intp)
            self._changed.clear()
            places = np.searchsorted(self._frames, changed)
            held = places < len(self._frames)
            held[held] = self._frames[places[held]] == changed[held]
            left = np.delete(self._frames, places[held])
            new = np.array([frame for frame in changed.tolist() if frame in self._counts], dtype=np.intp)
            self._frames = _frozen(np.insert(left, np.searchsorted(left, new), new))
        return self._frames


def _frozen(frames: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
    frames.setflags(write=False)
    return frames
