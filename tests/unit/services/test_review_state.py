"""What counts as reviewed: what a person did, and not that the network said something else."""

from __future__ import annotations

import numpy as np

from poseapp.core.moments import Moment, MomentKind
from poseapp.core.types import Source, Track
from poseapp.services.review_state import PersonQueue

T, K = 20, 2


def track(placed: int | None = None) -> Track:
    xy = np.zeros((T, K, 2), np.float32)
    source = np.full((T, K), Source.PREDICTED, np.uint8)
    if placed is not None:
        source[placed, 0] = Source.CORRECTED
    return Track(0, xy, xy, np.ones((T, K), np.float32), np.ones((T, K, 3), np.float32), source)


def jump(frame: int) -> Moment:
    return Moment(MomentKind.JUMP, 0, frame, frame + 1, frame, (0,), ((0.0, 0.0),), 0.5, 9.0, 1.0)


def test_what_other_predictions_no_longer_show_was_not_reviewed() -> None:
    """An analysis is looked at while it runs: the moments of its first frames may go when it is settled."""
    queue = PersonQueue()
    queue.set_found((jump(3), jump(9)), track(), before=(), accepted=(), final=False)
    assert not queue.settled
    queue.set_found((jump(15),), track(), before=(), accepted=())
    assert queue.settled
    assert queue.n_reviewed == 0
    assert [m.peak for m in queue.open] == [15]


def test_what_goes_after_a_correction_was_reviewed() -> None:
    queue = PersonQueue()
    queue.set_found((jump(3), jump(9)), track(), before=(), accepted=())
    queue.set_found((jump(9),), track(placed=3), before=None, accepted=())
    assert queue.n_reviewed == 1
    assert [m.peak for m in queue.open] == [9]
