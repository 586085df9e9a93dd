"""What is said of a recording: scale, floor, lens, and the rate at which it was filmed."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from poseapp.core.edit_text import edit_from_json, edit_to_json
from poseapp.core.edits import ItemsEdit, inverse
from poseapp.core.items import ItemChange, scene_of
from poseapp.core.scene import Lens, Plane, Scene, rate_words, scale_words, scene_clip
from poseapp.core.skeleton import load_skeleton
from poseapp.core.store import PoseStore
from poseapp.core.types import ClipInfo

LENS = Lens(1920, 1080, (1500.0, 1500.0, 960.0, 540.0), (-0.25, 0.08, 0.0, 0.001, 0.0), 0.31)
PLANE = Plane(((10.0, 400.0), (600.5, 410.0), (500.0, 300.0), (110.0, 300.0)), 2.0, 1.5)
WHOLE = Scene("height", 400.0, 1.76, 0.03, -1.5, 240.0, 30.0, PLANE, LENS)


def test_nothing_is_said_at_first():
    scene = Scene()
    pts = np.array([0.5, 1.0])
    assert math.isnan(scene.metres_per_px)
    assert not scene.is_metric
    assert scene.time_scale == 1.0
    assert scene.true_time(pts) is pts
    assert (rate_words(scene), scale_words(scene)) == ("", "")


def test_slow_motion_takes_less_time_than_the_file():
    """240 frames/s played at 30: one second of the file is an eighth of a second."""
    scene = Scene(capture_fps=240.0, playback_fps=30.0)
    assert scene.time_scale == pytest.approx(0.125)
    assert scene.true_time(np.array([2.0, 3.0, 10.0])) == pytest.approx([2.0, 2.125, 3.0])
    words = "Recorded at 240 frames/s, played at 30: all times are those of the recording."
    assert rate_words(scene) == words
    clip = ClipInfo("walk.mp4", "video", 64, 48, np.arange(4) / 30, 30.0)
    slow = scene_clip(clip, scene)
    assert slow.pts == pytest.approx(np.arange(4) / 240)
    assert slow.fps == pytest.approx(240.0)
    assert slow.problems == (words,)
    assert scene_clip(clip, Scene()) is clip


def test_the_scale_says_how_it_was_found():
    """1.76 m = 400 px: 4.4 mm a px, 3 % of it 0.13 mm."""
    assert Scene("height", 400.0, 1.76, 0.03).metres_per_px == pytest.approx(0.0044)
    words = "1 px = 4.40 ± 0.13 mm in the plane of motion, from the body height (1.76 m = 400 px)."
    assert scale_words(Scene("height", 400.0, 1.76, 0.03)) == words
    assert "the floor rises by -1.5° to the right" in scale_words(WHOLE)
    assert "a rectangle of 2 × 1.5 m on the floor" in scale_words(WHOLE)


@pytest.mark.parametrize("wrong", [
    {"scale_by": "line"}, {"capture_fps": 240.0}, {"floor_degrees": 90.0},
    {"scale_by": "line", "scale_px": math.inf, "scale_metres": 1.0}, {"capture_fps": -1.0, "playback_fps": 30.0},
])  # fmt: skip
def test_what_cannot_be_is_refused(wrong):
    with pytest.raises(ValueError, match=r"scene|scale|rate"):
        Scene(**wrong)
    with pytest.raises(ValueError, match="corners"):
        Plane(PLANE.corners[:3], 1.0, 1.0)
    with pytest.raises(ValueError, match="lens"):
        replace(LENS, distortion=(0.1,))


@pytest.mark.parametrize("scene", [WHOLE, Scene(), replace(WHOLE, plane=None), replace(WHOLE, lens=None)])
def test_the_journal_keeps_a_scene_and_undo_takes_it_back(scene):
    store = PoseStore(load_skeleton("body21"), 20)
    edit = ItemsEdit((ItemChange(1, None, scene),), "Set the scale")
    text = edit_to_json(edit)
    assert '"version":4' in text
    assert edit_from_json(text) == edit
    store.apply(edit_from_json(text))
    assert scene_of(store.items) == (1, scene)
    store.apply(inverse(edit))
    assert scene_of(store.items) == (0, Scene())
