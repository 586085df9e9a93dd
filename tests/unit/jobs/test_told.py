"""What is told of a recording before the analysis: scale, rate, lens and events, as edits."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from fixtures.strides import PX, standing, stepping
from poseapp.core.analysis import MeasureSettings
from poseapp.core.errors import BadInputError
from poseapp.core.items import Event, scene_of
from poseapp.core.scene import Lens, Scene
from poseapp.core.store import PoseStore
from poseapp.core.types import ClipInfo, PoseChunk
from poseapp.jobs.told import Told, events_told, scene_told, told_edits

SETTINGS = MeasureSettings()
LENS = Lens(1280, 720, (1000.0, 1000.0, 640.0, 360.0), (-0.1, 0.0, 0.0, 0.0, 0.0))


def filmed(walk) -> tuple[PoseStore, ClipInfo]:
    store = PoseStore(walk.skeleton, len(walk.time))
    xy = walk.xy[:, None].astype(np.float32)
    seen = np.isfinite(xy[..., 0])
    score = np.where(seen, np.float32(0.9), np.float32(np.nan)).astype(np.float32)
    store.add_chunk(PoseChunk(0, xy, score, np.ones((*xy.shape[:3], 3), np.float32)))
    return store, ClipInfo("walk.mp4", "video", 1280, 720, walk.time, 60.0)


def test_the_body_height_gives_the_scale():
    store, clip = filmed(standing(60.0, noise=0.5))
    scene = scene_told(store, clip, Told(stature=1.75), SETTINGS)
    assert scene.scale_by == "height"
    assert 1 / scene.metres_per_px == pytest.approx(PX, rel=0.03)


def test_rate_and_lens_are_taken_over_what_was_said():
    store, clip = filmed(stepping(60))
    scene = scene_told(store, clip, Told(capture_fps=240.0, lens=LENS), SETTINGS)
    assert (scene.capture_fps, scene.playback_fps, scene.lens) == (240.0, 60.0, LENS)
    assert scene_told(store, clip, Told(), SETTINGS) == Scene()
    with pytest.raises(BadInputError, match="picture"):
        scene_told(store, replace(clip, fps=0.0), Told(capture_fps=240.0), SETTINGS)


def test_nobody_gives_no_scale():
    store, clip = filmed(stepping(60))
    empty = PoseStore(store.skeleton, store.n_frames)
    with pytest.raises(BadInputError, match="not seen from head to feet"):
        scene_told(empty, clip, Told(stature=1.75), SETTINGS)


def test_everything_becomes_two_edits_and_only_once():
    store, clip = filmed(stepping(60))
    told = Told(capture_fps=120.0, events="gait")
    scene = scene_told(store, clip, told, SETTINGS)
    events, words = events_told(store, clip, told, SETTINGS, scene)
    assert len(words) == 1
    assert "heel strikes and" in words[0]
    edits = told_edits(store.items, clip, scene, events)
    assert [edit.label for edit in edits] == ["Set the scale and time", "Find events"]
    for edit in edits:
        store.apply(edit)
    assert scene_of(store.items) == (1, scene)
    assert len(store.items.of(Event)) == len(events)
    assert told_edits(store.items, clip, scene, events) == ()
    changed = replace(scene, floor_degrees=1.0)
    (again,) = told_edits(store.items, clip, changed, ())
    store.apply(again)
    assert scene_of(store.items) == (1, changed)
