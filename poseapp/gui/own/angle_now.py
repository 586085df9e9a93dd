"""What an angle comes to in the shown frame, for somebody who is about to define it."""

from __future__ import annotations

import math
from bisect import bisect_right

import numpy as np

from poseapp.core.skeleton import AngleDefinition
from poseapp.gui.style.wording import format_angle
from poseapp.services.session import Session


def angle_now(session: Session, definition: AngleDefinition) -> str:
    """Return the value of an angle of the chosen person in the frame at the playhead, before smoothing; "–" without."""
    from poseapp.kinematics.angles import compute_angle_sigma, compute_angles

    document, person, frame = session.document, session.selection.person, session.playback.playhead
    if document is None or person >= document.store.n_persons:
        return format_angle(math.nan, math.nan)
    skeleton = document.store.skeleton.with_angles((definition,))
    if not skeleton.angles or skeleton.angles[-1] is not definition:
        return format_angle(math.nan, math.nan)
    track = document.store.track(person, frame, frame + 1)
    facing, view = (np.array([float(sign)]) for sign in _turned(session, person, frame))
    value = compute_angles(track.xy, skeleton, facing, view)[0, -1]
    sigma = compute_angle_sigma(track.xy, track.cov, skeleton)[0, -1]
    return format_angle(float(value), float(sigma))


def _turned(session: Session, person: int, frame: int) -> tuple[int, int]:
    """Return which way the person faces, and from which side the person is seen, as it was measured last."""
    measures = session.measuring.measures(person)
    if measures is None:
        return 1, 1
    signs = []
    for stretches in (measures.facing, measures.view):
        at = bisect_right(stretches, frame, key=lambda stretch: stretch.start) - 1
        signs.append(stretches[at].direction if at >= 0 and frame < stretches[at].stop else 1)
    return signs[0], signs[1]
