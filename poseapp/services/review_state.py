"""The moments of one person: found, accepted, and gone because somebody corrected them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import accumulate

import numpy as np

from poseapp.core.moments import Accepted, Moment
from poseapp.core.types import Source, Track

_NEAR = 2  # frames: a moment whose frames moved no further is the same one
_PLACED = (Source.CORRECTED, Source.OCCLUDED, Source.ABSENT)


class PersonQueue:
    """What is left to review of one person, and how much is done.

    Attributes:
        open: Neither accepted nor gone.
        settled: What was suspicious before the first correction is known.
    """

    def __init__(self) -> None:
        self.open: tuple[Moment, ...] = ()
        self.settled = False
        self._found: tuple[Moment, ...] = ()
        self._suggested: tuple[Moment, ...] = ()
        self._gone: tuple[Moment, ...] = ()
        self._accepted: tuple[Accepted, ...] = ()
        self._track: Track | None = None

    @property
    def found(self) -> tuple[Moment, ...]:
        """What is suspicious now, accepted or not."""
        return self._found

    @property
    def n_reviewed(self) -> int:
        """How many moments were accepted or corrected."""
        return len(self._found) + len(self._suggested) - len(self.open) + len(self._gone)

    def start_over(self) -> None:
        """Forget what was corrected and suggested: the predictions are others."""
        self._gone, self._suggested, self.settled = (), (), False

    def set_found(
        self,
        moments: tuple[Moment, ...],
        track: Track,
        *,
        before: tuple[Moment, ...] | None,
        accepted: tuple[Accepted, ...],
        final: bool = True,
    ) -> None:
        """Take what was found in a track.

        Args:
            before: What is suspicious in its predictions alone, None for unchanged.
            final: These are the predictions of now; what leaves the queue from now on, somebody has corrected.
        """
        kept = set(map(id, moments))  # after a change most are the very same
        held = _Spans(moments)
        if before is not None:
            self._gone = tuple(m for m in before if held.match(m) is None and _touched(m, track))
            self.settled = final
        else:
            known = _Spans(self._gone)
            lost = [m for m in self._found if id(m) not in kept and held.match(m) is None]
            self._gone = (*(m for m in self._gone if held.match(m) is None), *(m for m in lost if not known.match(m)))
        self._found, self._track = moments, track
        self._drop_corrected()
        self.set_accepted(accepted)

    def set_suggested(self, moments: tuple[Moment, ...]) -> None:
        """Add frames that are worth correcting though nothing is wrong; earlier ones go."""
        self._suggested = moments
        self.set_accepted(self._accepted)

    def set_accepted(self, accepted: tuple[Accepted, ...]) -> None:
        """Leave out what a person found right, as long as it looks as it did then."""
        self._accepted = accepted
        track = self._track
        valid = [one for one in accepted if track is not None and _holds(one, track)]
        moments = self._found + self._suggested
        if not valid:
            self.open = moments
            return
        order = sorted(range(len(moments)), key=lambda i: moments[i].peak)
        peaks = [moments[i].peak for i in order]
        done = {
            i
            for one in valid
            for i in order[bisect_left(peaks, one.start) : bisect_left(peaks, one.stop)]
            if one.covers(moments[i])
        }
        self.open = tuple(moment for i, moment in enumerate(moments) if i not in done)

    def find_open(self, moment: Moment) -> Moment | None:
        """Return what has become of a moment in the queue, None when it has left."""
        return moment if moment in self.open else _Spans(self.open).match(moment)

    def _drop_corrected(self) -> None:
        if self._track is not None and self._suggested:
            done = [m for m in self._suggested if _touched(m, self._track)]
            self._suggested = tuple(m for m in self._suggested if m not in done)
            self._gone += tuple(done)


class _Spans:
    """Moments by their frames; looking one up takes no search through all."""

    def __init__(self, moments: Sequence[Moment]) -> None:
        self._moments = sorted(moments, key=lambda m: m.start)
        self._starts = [m.start for m in self._moments]
        self._ends = list(accumulate((m.stop for m in self._moments), max))  # the furthest stop so far

    def match(self, moment: Moment) -> Moment | None:
        """Return the moment that is about the same thing."""
        start, stop = moment.start - _NEAR, moment.stop + _NEAR
        for other in self._moments[bisect_right(self._ends, start) : bisect_left(self._starts, stop)]:
            if (
                other.stop > start
                and other.kind is moment.kind
                and not set(other.keypoints).isdisjoint(moment.keypoints)
            ):
                return other
        return None


def _holds(accepted: Accepted, track: Track) -> bool:
    row = accepted.peak - track.start
    return 0 <= row < len(track.xy) and accepted.still_seen(track.xy[row])


def _touched(moment: Moment, track: Track) -> bool:
    """Tell whether a person placed a keypoint of a moment within its frames."""
    source = track.source[moment.start - track.start : moment.stop - track.start, list(moment.keypoints)]
    return bool(np.isin(source, _PLACED).any())
