"""Each weakness of a recording is found where it is, and not in a good one."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from fixtures.strides import Walked, stepping
from poseapp.core.quality import Sharpness
from poseapp.core.scene import Scene
from poseapp.core.types import ClipInfo, Source, Track
from poseapp.kinematics.measure import measure_person
from poseapp.kinematics.quality import UNSHARP, check_recording, view_degrees
from poseapp.training.render.body import Proportions, Y, assemble, keypoints_3d, rotation
from poseapp.training.render.gait import Manner, stride_pose, walk

SIZE = Proportions()


@cache
def seen_from(degrees: float, fps: float = 60.0, seconds: float = 2.0, stride: float = 1.12) -> Walked:
    """Walk towards `degrees` off the picture's right, seen from 8 m away, 4.5 px a cm."""
    time = np.arange(round(fps * seconds)) / fps
    poses = walk([stride_pose(t / stride, Manner()) for t in time], SIZE, smooth=1.5 * fps / 30)
    turn = rotation(Y, degrees)
    points = np.array([keypoints_3d(assemble(SIZE, pose), SIZE) for pose in poses])
    points[..., 0] -= points[:, 2:4, 0].mean(axis=1, keepdims=True)  # as on a treadmill
    world = points @ turn.T
    xy = np.stack([640 + 220 * world[..., 0], 560 - 220 * world[..., 1]], axis=-1)
    return Walked(xy, time, {}, {})


@pytest.fixture(scope="module")
def side() -> Walked:
    return seen_from(0)


def measured(walked: Walked):
    xy = walked.xy.astype(np.float32)
    source = np.where(np.isfinite(xy[..., 0]), Source.PREDICTED, Source.MISSING).astype(np.uint8)
    score = np.where(source > 0, 0.9, np.nan).astype(np.float32)
    return measure_person(Track(0, xy, xy, score, np.ones((*xy.shape[:2], 3), np.float32), source), walked.time,
                          walked.skeleton)  # fmt: skip


def clip_of(walked: Walked, **more) -> ClipInfo:
    return ClipInfo("walk.mp4", "video", 1280, 720, walked.time, 1 / float(np.median(np.diff(walked.time))), **more)


def names(walked: Walked, *, clip: ClipInfo | None = None, scene: Scene | None = None, sharpness=()) -> list[str]:
    found = check_recording(
        clip or clip_of(walked), measured(walked), walked.skeleton, scene=scene, sharpness=sharpness
    )
    for finding in found:
        assert finding.what.endswith(".")
        assert finding.why.endswith(".")
        assert finding.remedy.endswith(".")
    return [finding.name for finding in found]


def scaled(walked: Walked, factor: float, dy: float = 0.0) -> Walked:
    return replace(walked, xy=640 + (walked.xy - 640) * factor + np.array([0, dy]))


def test_a_good_recording_has_no_findings(side):
    assert names(side, sharpness=[Sharpness(3, 12.0)]) == []


@pytest.mark.parametrize(("degrees", "expected"), [(0, []), (10, []), (45, ["oblique view"]), (90, [])])
def test_a_view_between_side_and_front(degrees, expected):
    found = [name for name in names(seen_from(degrees, 30)) if name == "oblique view"]
    assert found == expected
    assert view_degrees(seen_from(45, 30).xy, seen_from(45, 30).skeleton) == pytest.approx(45, abs=12)


def test_a_person_too_small(side):
    assert names(scaled(side, 0.36)) == ["small person"]
    (finding,) = check_recording(clip_of(side), measured(scaled(side, 0.18)), side.skeleton)
    assert finding.severity == "problem"
    assert "only about 7" in finding.what  # 1.75 m * 220 px * 0.18 = 69 px, within what keypoints tell of the height


def test_feet_and_head_outside(side):
    low, high = replace(side, xy=side.xy + np.array([0, 160])), replace(side, xy=side.xy - np.array([0, 170]))
    assert names(low) == ["cropped feet"]
    assert names(high) == ["cropped head"]
    gone = side.xy + np.array([0, 190])
    feet = [k for k, n in enumerate(side.skeleton.keypoints) if n.endswith(("ankle", "heel", "toe"))]
    gone[:, feet] = np.nan
    assert "cropped feet" in names(replace(side, xy=gone))


def test_a_low_frame_rate_for_a_fast_movement():
    assert names(seen_from(0, 60, stride=1.12)) == []
    assert names(seen_from(0, 25, stride=0.7)) == ["low frame rate"]
    assert names(seen_from(0, 12)) == ["low frame rate"]


def test_uneven_frames(side):
    time = side.time.copy()
    time[60:] += 0.05
    assert names(replace(side, time=time)) == ["uneven frames"]


def test_slow_motion_that_nobody_has_spoken_of(side):
    clip = clip_of(side, capture_fps=240.0)
    assert names(side, clip=clip) == ["slow motion"]
    assert names(side, clip=clip, scene=Scene(capture_fps=240.0, playback_fps=60.0)) == []
    assert names(side, clip=clip_of(side, capture_fps=60.0)) == []


def test_blur(side):
    frames = [Sharpness(i, edges) for i, edges in enumerate((2.0, 2.5, 9.0, float("nan"), 1.5))]
    assert names(side, sharpness=frames) == ["blur"]
    assert names(side, sharpness=[Sharpness(0, UNSHARP + 0.1)]) == []


def test_a_tilted_camera():
    straight = stepping(60)
    a = np.deg2rad(4)
    turned = straight.xy @ np.array([[np.cos(a), -np.sin(a)], [np.sin(a), np.cos(a)]])
    tilted = replace(straight, xy=turned * 0.9 + [0, 150])
    clip = replace(clip_of(tilted), width=4000, height=2000)
    assert names(tilted, clip=clip) == ["tilted camera"]
    assert names(tilted, clip=clip, scene=Scene(floor_degrees=4.0)) == []
    assert names(straight, clip=clip) == []


def test_a_picture_on_its_side(side):
    turned = replace(side, xy=side.xy[..., ::-1] + [300, -300])
    assert "turned picture" in names(turned, clip=replace(clip_of(side), width=1600, height=1600))


def test_a_person_who_is_seldom_seen(side):
    xy = side.xy.copy()
    xy[: len(xy) // 2] = np.nan
    assert names(replace(side, xy=xy)) == ["often unseen"]
    assert names(replace(side, xy=np.full_like(xy, np.nan))) == []


def test_the_gravest_comes_first(side):
    clip = clip_of(side, capture_fps=240.0)
    assert names(scaled(side, 0.36), clip=clip) == ["slow motion", "small person"]
