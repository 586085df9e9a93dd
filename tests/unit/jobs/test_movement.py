"""From events and a scale to cycles, the numbers of a walk, jumps and metres, and into the analysis file."""

from __future__ import annotations

import h5py
import numpy as np
import pytest

from fixtures.strides import PX, SPEED, STRIDE, Walked, jumping, stepping
from poseapp.core.edits import ItemsEdit
from poseapp.core.items import Event, Item, ItemChange
from poseapp.core.movement import EventSearch
from poseapp.core.scene import Plane, Scene
from poseapp.core.store import PoseStore
from poseapp.core.types import ClipInfo, PoseChunk
from poseapp.jobs.measure import build_analysis, measure_in_store
from poseapp.kinematics.events import find_events
from poseapp.storage.analysis_file import read_analysis, write_analysis

SCALE = Scene("line", PX, 1.0, 0.01)


def store_of(walk: Walked) -> PoseStore:
    store = PoseStore(walk.skeleton, len(walk.time))
    xy = walk.xy[:, None].astype(np.float32)
    seen = np.isfinite(xy[..., 0])
    score = np.where(seen, np.float32(0.9), np.float32(np.nan)).astype(np.float32)
    store.add_chunk(PoseChunk(0, xy, score, np.ones((*xy.shape[:3], 3), np.float32)))
    return store


def clip_of(walk: Walked) -> ClipInfo:
    fps = 1 / float(np.diff(walk.time).mean())
    return ClipInfo("walk.mp4", "video", 1280, 720, walk.time, fps)


def put(store: PoseStore, *items: Item) -> None:
    first = store.items.next_id
    store.apply(ItemsEdit(tuple(ItemChange(first + i, None, item) for i, item in enumerate(items)), "Put in"))


def walked(walk: Walked, scene: Scene | None) -> tuple[PoseStore, ClipInfo]:
    store, clip = store_of(walk), clip_of(walk)
    put(store, *find_events(EventSearch("gait", 0), measure_in_store(store, clip, 0), walk.time, walk.skeleton).events)
    if scene is not None:
        put(store, scene)
    return store, clip


def test_a_walk_with_a_scale_has_everything():
    analysis = build_analysis(*walked(stepping(60), SCALE))
    (movement,) = analysis.movement
    assert movement.gait.cadence == pytest.approx(120 / STRIDE, rel=0.01)
    assert movement.gait.speed == pytest.approx(SPEED, rel=0.02)
    assert movement.gait.right["stride_length"].mean == pytest.approx(SPEED * STRIDE, rel=0.02)
    hip = analysis.skeleton.point(movement.velocity, "mid_hip")
    assert np.nanmedian(hip[:, 0]) == pytest.approx(SPEED, rel=0.02)
    sets = {(cut.event, cut.side): cut for cut in movement.cycles}
    right = sets["heel strike", "right"]
    column = [d.name for d in analysis.persons[0].angles.definitions].index("right_knee_flexion")
    assert right.mean.shape[0] == 101
    assert right.n[column] == len(right.spans) >= 4
    assert np.isnan(right.mean[:, column + 1]).all()  # the left knee is cut at its own strikes
    assert right.sd[5:95, column].max() < 2.0


def test_without_a_scale_lengths_are_not_known():
    (movement,) = build_analysis(*walked(stepping(60), None)).movement
    assert movement.position is None
    assert movement.gait.right["step_length"].n == 0
    assert movement.gait.right["step_time"].n > 0


def test_slow_motion_makes_everything_faster():
    """The same keypoints, filmed at twice the rate of the file: half the times, twice the velocities."""
    walk = stepping(60)
    plain = build_analysis(*walked(walk, SCALE))
    slow = build_analysis(*walked(walk, Scene("line", PX, 1.0, 0.01, capture_fps=120.0, playback_fps=60.0)))
    assert slow.clip.pts == pytest.approx(plain.clip.pts / 2)
    assert "Recorded at 120 frames/s, played at 60" in slow.clip.problems[-1]
    assert slow.movement[0].gait.cadence == pytest.approx(2 * plain.movement[0].gait.cadence)
    assert slow.movement[0].gait.speed == pytest.approx(2 * plain.movement[0].gait.speed, rel=0.02)
    assert slow.persons[0].filter.rate_hz == pytest.approx(2 * plain.persons[0].filter.rate_hz)
    knee = [np.nanmax(np.abs(a.persons[0].angles.velocity[:, 2])) for a in (plain, slow)]
    assert knee[1] > 1.6 * knee[0]


def test_step_lengths_on_a_floor_seen_in_perspective():
    """A rectangle of 2 x 1 m straight before the camera is the same as a scale."""
    y = 560 - 0.02 * PX
    plane = Plane(((600.0, y + 110), (600 + 2 * PX, y + 110), (600 + 2 * PX, y - 110), (600.0, y - 110)), 2.0, 1.0)
    (movement,) = build_analysis(*walked(stepping(60), Scene(plane=plane))).movement
    assert movement.gait.left["stride_length"].mean == pytest.approx(SPEED * STRIDE, rel=0.02)
    assert movement.gait.speed == pytest.approx(SPEED, rel=0.05)


def test_the_analysis_file_keeps_it_all(tmp_path):
    scene = Scene("height", 1.75 * PX, 1.75, 0.03, capture_fps=120.0, playback_fps=60.0)
    store, clip = walked(stepping(60), scene)
    put(store, Event(3, "somebody waves", -1))
    analysis = build_analysis(store, clip)
    write_analysis(tmp_path / "walk.h5", analysis)
    back = read_analysis(tmp_path / "walk.h5")
    assert (back.scene, back.events) == (scene, analysis.events)
    with h5py.File(tmp_path / "walk.h5") as file:
        attrs = file["calibration"].attrs
        assert attrs["time_scale"] == pytest.approx(0.5)
        assert attrs["metres_per_px"] == pytest.approx(1 / PX)
        assert attrs["comment"].startswith("Recorded at 120 frames/s, played at 60")
        position = file["persons/0/metres/position"]
        assert position.attrs["units"] == "m"
        assert position[()] == pytest.approx(analysis.movement[0].position, nan_ok=True)
        assert position.dims[1][0].name == "/keypoint"
        assert file["events/time"][0] == pytest.approx(analysis.clip.pts[3])
        assert file["events/name"].asstr()[0] == "somebody waves"
        cut = file["cycles/0/heel strike right"]
        assert cut["mean"].shape == (101, file["angle"].shape[0])
        assert cut["mean"].dims[0][0].name == "/percent"
        gait = file["gait/0"]
        assert gait.attrs["cadence_per_min"] == pytest.approx(2 * 120 / STRIDE, rel=0.01)
        assert gait["step_time"].attrs["units"] == "s"
        assert "Robinson" in file["gait"].attrs["symmetry_index"]


def test_a_jump_is_kept_with_its_error(tmp_path):
    walk = jumping(0.5, 60, take_off=1.507)
    store, clip = store_of(walk), clip_of(walk)
    put(store, *find_events(EventSearch("jump", 0), measure_in_store(store, clip, 0), walk.time, walk.skeleton).events)
    write_analysis(tmp_path / "jump.h5", build_analysis(store, clip))
    with h5py.File(tmp_path / "jump.h5") as file:
        (height,), (sigma,) = file["jumps/0/height"][()], file["jumps/0/sigma"][()]
    assert abs(height - 9.81 * 0.25 / 8) < 2 * sigma
