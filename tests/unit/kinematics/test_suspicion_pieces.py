"""Looking at a clip in parts finds what looking at the whole finds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from fixtures.figure import track_of, walk
from poseapp.core.skeleton import load_skeleton
from poseapp.core.types import Source, Track
from poseapp.kinematics.measure import measure_person
from poseapp.kinematics.suspicion import find_moments
from poseapp.kinematics.suspicion_pieces import Looked, Sight, look_at, replaced

BODY = load_skeleton("body18")
TIME = np.arange(2400) / 30
WRIST = BODY.index("right_wrist")
JUMPS = (100, 700, 1199, 1200, 1900)


def jumping(frames=JUMPS) -> Track:
    xy = walk(BODY, TIME, speed=10.0)
    xy[list(frames), WRIST] += 120.0
    return track_of(xy)


def sight_of(track: Track) -> Sight:
    angles = measure_person(track, TIME, BODY).angles
    return Sight(track, angles, TIME, BODY, 0, lambda _part: None)


def spans_of(moments):
    return sorted((m.kind, m.start, m.stop, m.keypoints) for m in moments)


def test_pieces_find_what_the_whole_finds():
    sight = sight_of(jumping())
    whole = find_moments(sight.track, TIME, BODY, angles=sight.angles)
    looked = [look_at(sight, span) for span in ((0, 600), (600, 1200), (1200, 2400))]
    found = replaced((), (), [moment for one in looked for moment in one.moments])
    assert len(whole) >= 4
    assert spans_of(found) == spans_of(whole)
    assert all(one.before == () for one in looked)
    assert look_at(sight, (0, len(TIME))) == Looked(whole, ())


def test_a_change_is_looked_at_alone():
    known = find_moments(jumping(), TIME, BODY)
    mended = jumping(frames=(100, 1199, 1200, 1900))
    source = mended.source.copy()
    source[700, WRIST] = Source.CORRECTED
    sight = sight_of(replace(mended, raw=jumping().raw, source=source))
    looked = look_at(sight, (550, 850))
    found = replaced(known, ((550, 850),), looked.moments)
    assert not any(600 < m.peak < 800 for m in found)
    assert spans_of(m for m in found if m.peak < 600) == spans_of(m for m in known if m.peak < 600)
    assert len(found) == len(known) - sum(600 < m.peak < 800 for m in known)
    assert any(650 < m.peak < 750 for m in looked.before)
