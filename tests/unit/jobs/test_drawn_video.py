"""Videos and pictures of a clip with its poses."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from fixtures.dot_person import SKELETON, truth, write_dot_clip
from poseapp.core.analysis import Analysis
from poseapp.core.errors import BadInputError, CancelledError
from poseapp.core.side_colors import side_rgb
from poseapp.core.store import PoseStore
from poseapp.core.types import PoseChunk
from poseapp.jobs.drawn_frames import DrawnRequest
from poseapp.jobs.drawn_video import make_pictures, make_video
from poseapp.jobs.kinogram import KinogramRequest, make_kinogram
from poseapp.jobs.measure import build_analysis
from poseapp.video import Clip, open_clip
from poseapp.video.pictures import read_picture

N = 24


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Clip:
    with open_clip(write_dot_clip(tmp_path_factory.mktemp("clip") / "walk.mp4", N)) as clip:
        yield clip


def analysis_of(clip: Clip, xy: np.ndarray) -> Analysis:
    """An analysis that found exactly these keypoints (T, K, 2) of one person."""
    store = PoseStore(SKELETON, clip.info.n_frames)
    score = np.where(np.isnan(xy[:, None, :, 0]), np.nan, 0.9).astype(np.float32)
    cov = np.broadcast_to(np.float32([1, 0, 1]), (*score.shape, 3)).copy()
    store.add_chunk(PoseChunk(0, xy[:, None].astype(np.float32), score, cov))
    return build_analysis(store, clip.info)


@pytest.fixture(scope="module")
def analysis(clip: Clip) -> Analysis:
    return analysis_of(clip, truth(N))


def test_the_skeleton_lies_on_the_person_at_the_times_of_the_clip(
    clip: Clip, analysis: Analysis, tmp_path: Path
) -> None:
    progress = list(make_video(clip, analysis, tmp_path / "out.mp4", DrawnRequest(start=4, stop=20)))
    assert progress[-1] == (16, 16)
    with open_clip(tmp_path / "out.mp4") as made:
        assert made.info.pts == pytest.approx(clip.info.pts[4:20] - clip.info.pts[4], abs=1e-3)
        picture = made.frame_at(6).rgb.astype(int)
    for side in ("right", "left"):
        x, y = truth(N)[10, SKELETON.index(f"{side}_wrist")]
        assert np.abs(picture[round(float(y)), round(float(x))] - side_rgb(side)).max() < 40


def test_side_by_side_shows_the_bare_picture_first(clip: Clip, analysis: Analysis, tmp_path: Path) -> None:
    list(make_video(clip, analysis, tmp_path / "out.mp4", DrawnRequest("side-by-side")))
    with open_clip(tmp_path / "out.mp4") as made:
        picture = made.frame_at(3).rgb.astype(int)
    width = clip.info.width
    assert picture.shape[1] == 2 * width
    assert np.abs(picture[:, :width] - clip.frame_at(3).rgb).mean() < 1.5
    assert np.abs(picture[:, width:] - clip.frame_at(3).rgb).mean() > 2.5


def test_a_skeleton_alone_shows_nothing_of_the_picture(clip: Clip, analysis: Analysis, tmp_path: Path) -> None:
    empty = analysis_of(clip, np.full_like(truth(N), np.nan))
    list(make_pictures(clip, empty, tmp_path / "none", DrawnRequest("skeleton", stop=1)))
    assert len(np.unique(read_picture(tmp_path / "none" / "frame_000000.png"))) == 1
    list(make_pictures(clip, analysis, tmp_path / "pictures", DrawnRequest("skeleton", start=22)))
    names = sorted(path.name for path in (tmp_path / "pictures").iterdir())
    assert names == ["frame_000022.png", "frame_000023.png"]


def test_faces_are_hidden_in_every_frame_also_where_nobody_was_found(clip: Clip, tmp_path: Path) -> None:
    xy = truth(N)
    xy[12:16] = np.nan  # lost for a moment
    request = DrawnRequest(hide_faces=True)
    list(make_pictures(clip, analysis_of(clip, xy), tmp_path / "hidden", request))
    for i in range(N):
        shown, real = read_picture(tmp_path / "hidden" / f"frame_{i:06d}.png").astype(int), clip.frame_at(i).rgb
        x, y = truth(N)[i, SKELETON.index("head_top")]
        rows, columns = slice(int(y) - 4, int(y) + 5), slice(int(x) - 4, int(x) + 5)
        assert np.abs(shown[rows, columns] - real[rows, columns]).mean() > 20, i
    never = analysis_of(clip, np.full_like(xy, np.nan))
    list(make_pictures(clip, never, tmp_path / "all", DrawnRequest(hide_faces=True, stop=1)))
    assert len(np.unique(read_picture(tmp_path / "all" / "frame_000000.png").reshape(-1, 3), axis=0)) <= 16 * 12


def test_a_cancelled_video_leaves_no_file(clip: Clip, analysis: Analysis, tmp_path: Path) -> None:
    with pytest.raises(CancelledError):
        list(make_video(clip, analysis, tmp_path / "out.mp4", DrawnRequest(), cancel=lambda: True))
    assert list(tmp_path.iterdir()) == []


def test_frames_that_are_not_there_are_named(clip: Clip, analysis: Analysis, tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match=f"in a clip of {N}"):
        list(make_video(clip, analysis, tmp_path / "out.mp4", DrawnRequest(start=N)))


def test_a_kinogram_side_by_side_has_every_pose_in_the_middle(clip: Clip, analysis: Analysis, tmp_path: Path) -> None:
    request = KinogramRequest(count=3, layout="strip", poses=False)
    make_kinogram(clip, analysis, tmp_path / "k.png", request)
    made = read_picture(tmp_path / "k.png").astype(int)
    width = (made.shape[1] - 2 * 6) // 3
    parts = [made[40:, i * (width + 6) : i * (width + 6) + width] for i in range(3)]  # without the times above
    assert np.abs(parts[0] - parts[1]).mean() < 12  # the same figure, its shank apart
    assert np.abs(parts[0] - np.roll(parts[0], 20, axis=1)).mean() > 15


def test_an_overlaid_kinogram_shows_the_person_where_they_were(tmp_path: Path) -> None:
    poses = np.repeat(truth(1), 3, axis=0) - np.float32([60, 0])
    poses[..., 0] += np.float32([0, 90, 180])[:, None]
    with open_clip(write_dot_clip(tmp_path / "jump.mp4", 3, poses=poses)) as clip:
        make_kinogram(clip, analysis_of(clip, poses), tmp_path / "k.png", KinogramRequest(count=3, poses=False))
        made = read_picture(tmp_path / "k.png").astype(int)
        assert made.shape[:2] == (clip.info.height, clip.info.width)  # "auto" saw that they stand apart
        for i in range(3):
            for keypoint in range(SKELETON.n_keypoints):
                x, y = (round(float(value)) for value in poses[i, keypoint])
                assert np.abs(made[y, x] - clip.frame_at(i).rgb[y, x]).max() < 30, (i, keypoint)


def test_a_kinogram_of_nobody_says_so(clip: Clip, tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="person 1 is not seen"):
        make_kinogram(clip, analysis_of(clip, np.full_like(truth(N), np.nan)), tmp_path / "k.png", KinogramRequest())
