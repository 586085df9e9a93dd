"""Clips for benchmarks behave like clips, and their projects are real ones."""

from __future__ import annotations

import numpy as np
import pytest

from poseapp.jobs.bench_clip import BenchClips
from poseapp.jobs.sample import sample_folder
from poseapp.storage.project import ProjectFile
from poseapp.video import open_clip


@pytest.fixture(scope="module")
def clips(tmp_path_factory):
    return BenchClips(tmp_path_factory.mktemp("clips"))


def test_a_long_clip_goes_on_with_the_first_picture(clips):
    clips.make(1000)
    path = str(clips._folder / "walk-1000.mp4")
    with clips.open(path) as clip, open_clip(sample_folder() / "walk.mp4") as once:
        n = once.info.n_frames
        assert clip.info.n_frames == 1000
        assert (np.diff(clip.info.pts) > 0).all()
        assert np.diff(clip.info.pts).max() < 1.5 / once.info.fps
        frame = clip.frame_at(3 * n + 7)
        assert (frame.index, frame.pts) == (3 * n + 7, pytest.approx(clip.info.pts[3 * n + 7]))
        np.testing.assert_array_equal(frame.rgb, once.frame_at(7).rgb)
        assert [f.index for f in clip.frames(998)] == [998, 999]
        with pytest.raises(IndexError):
            clip.frame_at(1000)


def test_its_project_has_everything(clips):
    with ProjectFile.open(clips.make(1000), readonly=True) as project:
        loaded = project.load()
        assert project.find_media().name == "walk-1000.mp4"
    track = loaded.store.track(0)
    assert np.isfinite(track.raw).all()
    assert len(loaded.store.marked_frames()) == 1000
    assert loaded.history.can_undo
    steps = np.abs(np.diff(track.raw, axis=0)).max(axis=(1, 2))
    assert np.median(steps) < 25
    assert (steps > 60).sum() >= 3  # some predictions are far off


def test_a_clip_is_made_once(clips):
    before = clips.make(1000).stat().st_mtime_ns
    assert BenchClips(clips._folder).make(1000).stat().st_mtime_ns == before
