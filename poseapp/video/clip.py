"""What every clip can do, whether it is a video, a picture, or a folder of pictures."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from types import TracebackType
from typing import Self

from poseapp.core.errors import BadInputError
from poseapp.core.types import ClipInfo, Frame


class Clip(ABC):
    """An open clip; one thread uses one clip.

    Attributes:
        info: What was known when the clip was opened.
    """

    info: ClipInfo

    def __init__(self, info: ClipInfo) -> None:
        self.info = info
        self._unreadable: set[int] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @abstractmethod
    def frame_at(self, index: int) -> Frame:
        """Return frame `index` (0 .. n_frames - 1), exactly as reading from the start to the end would give it.

        Raises:
            IndexError: No such index.
            BadInputError: The frame cannot be decoded, because the file is damaged there.
        """

    def easy_frame(self, index: int, reach: int) -> int:  # noqa: ARG002 (one picture is as easy as the next)
        """Return the frame at most `reach` from one that is soonest decoded; the nearest one of several."""
        return index

    @abstractmethod
    def frames(self, start: int = 0, stop: int | None = None) -> Iterator[Frame]:
        """Yield the frames `start` .. `stop` - 1 in order, the fast way to read all.

        Frames that cannot be decoded are left out: look at `Frame.index`, and at `unreadable` and `problems()`
        afterwards. Reading goes on after a damaged stretch, and ends early where nothing more can be decoded.
        """

    @abstractmethod
    def close(self) -> None:
        """Close the files; reading a frame that is not in memory raises `ValueError` from then on."""

    @property
    def unreadable(self) -> tuple[int, ...]:
        """Indices of the frames that turned out so far to be impossible to decode."""
        return tuple(sorted(self._unreadable))

    def problems(self) -> tuple[str, ...]:
        """Return `info.problems` and what reading has found out since, a sentence each."""
        if not self._unreadable:
            return self.info.problems
        lost = self.unreadable
        which = f"frame {lost[0]}" if len(lost) == 1 else f"{len(lost)} frames from {lost[0]} to {lost[-1]}"
        return (*self.info.problems, f"Damaged: {which} (of {self.info.n_frames}) cannot be read.")

    def _check_index(self, index: int) -> None:
        if not 0 <= index < self.info.n_frames:
            raise IndexError(f"frame {index} of a clip of {self.info.n_frames}")

    def _fail(self, index: int, name: str) -> BadInputError:
        self._unreadable.add(index)
        return BadInputError(
            f"Frame {index} cannot be read, the file is damaged there", where=name, remedy="Go on with another frame"
        )
