"""What goes out comes back: every format that is written and read, and what it says that it loses."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from fixtures.tracks import ABSENT, BODY, CORRECTED, GAP, OCCLUDED, K, P, T, make_tracks
from poseapp.core.types import Source
from poseapp.formats.registry import FORMATS
from poseapp.formats.tracks import Tracks

MANY = ("csv-tidy", "coco", "dlc", "sleap", "sleap-analysis", "nwb", "openpose")
ONE = ("trc", "c3d")
KEEPS_SOURCE = ("csv-tidy", "coco")
ROUNDED = ("openpose", "csv-tidy", "coco", "trc", "c3d")  # to a thousandth of a px or finer


def there_and_back(name: str, folder: Path, tracks: Tracks) -> Tracks:
    known = FORMATS[name]
    path = folder / f"walk{known.suffixes[0]}"
    known.write(path, tracks)
    assert [held.name for held in folder.iterdir()] == [path.name]  # nothing else is left behind
    return known.read(path, "walk.mp4")


def matched(back: Tracks, tracks: Tracks, *, height: int = 480) -> tuple[np.ndarray, np.ndarray]:
    """Return xy and source of what came back, in the rows and keypoints of what went out; NaN where it has none."""
    xy = np.full((*tracks.xy.shape[:3], 2), np.nan)
    source = np.zeros(xy.shape[:3], np.uint8)
    rows = np.searchsorted(tracks.frame, back.frame) if back.key == "frame" else np.arange(len(back.frame))
    for k, name in enumerate(tracks.keypoints):
        if name in back.keypoints:
            other = back.keypoints.index(name)
            xy[rows, : back.xy.shape[1], k] = back.xy[:, :, other]
            source[rows, : back.xy.shape[1], k] = back.source[:, :, other]
    if back.y_up:
        xy[..., 1] = height - 1 - xy[..., 1]
    return xy, source


@pytest.mark.parametrize("name", [*MANY, *ONE])
def test_positions_and_what_is_missing_come_back(name: str, tmp_path: Path) -> None:
    tracks = make_tracks(persons=1 if name in ONE else P)
    back = there_and_back(name, tmp_path, tracks)
    xy, _ = matched(back, tracks)
    expected = tracks.xy.copy()
    if name == "openpose":
        expected[:, :, [BODY.index("head_top"), BODY.index("neck")]] = np.nan
    np.testing.assert_allclose(xy, expected, atol=1e-3 if name in ROUNDED else 1e-9)
    assert np.isnan(xy[ABSENT[0], 0, ABSENT[1]]).all()
    assert np.isnan(xy[GAP[0], 0, GAP[1]]).all()
    assert back.unit == "px"


@pytest.mark.parametrize("name", MANY)
def test_scores_come_back(name: str, tmp_path: Path) -> None:
    tracks = make_tracks()
    back = there_and_back(name, tmp_path, tracks)
    predicted = tracks.source == Source.PREDICTED
    for k, keypoint in enumerate(tracks.keypoints):
        if keypoint in back.keypoints:
            rows = np.searchsorted(tracks.frame, back.frame) if back.key == "frame" else np.arange(len(back.frame))
            score = np.full((T, P), np.nan)
            score[rows] = back.score[:, :, back.keypoints.index(keypoint)]
            wanted = predicted[:, :, k]
            np.testing.assert_allclose(score[wanted], tracks.score[:, :, k][wanted], atol=1e-4)


@pytest.mark.parametrize("name", KEEPS_SOURCE)
def test_who_placed_a_keypoint_comes_back(name: str, tmp_path: Path) -> None:
    tracks = make_tracks()
    _, source = matched(there_and_back(name, tmp_path, tracks), tracks)
    np.testing.assert_array_equal(source, tracks.source)


@pytest.mark.parametrize(
    ("name", "corrected", "occluded", "absent"),
    [
        ("sleap", Source.CORRECTED, Source.CORRECTED, Source.ABSENT),
        ("sleap-analysis", Source.CORRECTED, Source.CORRECTED, Source.MISSING),
        ("nwb", Source.CORRECTED, Source.OCCLUDED, Source.MISSING),
        ("dlc", Source.PREDICTED, Source.PREDICTED, Source.MISSING),
    ],
)
def test_corrected_flags_survive_as_far_as_told(
    name: str, corrected: Source, occluded: Source, absent: Source, tmp_path: Path
) -> None:
    tracks = make_tracks()
    _, source = matched(there_and_back(name, tmp_path, tracks), tracks)
    assert [source[row, 0, k] for row, k in (CORRECTED, OCCLUDED, ABSENT)] == [corrected, occluded, absent]
    untouched = tracks.source == Source.PREDICTED
    assert (source[untouched] == Source.PREDICTED).all()


def test_labels_of_deeplabcut_are_what_a_person_placed(tmp_path: Path) -> None:
    for suffix in (".csv", ".h5"):
        path = tmp_path / f"CollectedData_poseapp{suffix}"
        FORMATS["dlc-labels"].write(path, make_tracks())
        back = FORMATS["dlc-labels"].read(path, "walk.mp4")
        assert back.pictures == ("img0002.png", "img0003.png")
        assert (back.source != Source.MISSING).sum() == 2
        wrist = back.keypoints.index("left_wrist")
        np.testing.assert_allclose(back.xy[0, 0, wrist], make_tracks().xy[2, 0, wrist])
        assert back.source[0, 0, wrist] == Source.CORRECTED


@pytest.mark.parametrize("name", ["csv-tidy", "coco", "sleap", "sleap-analysis", "dlc", "openpose"])
def test_rows_are_found_by_their_frame(name: str, tmp_path: Path) -> None:
    tracks = make_tracks()
    some = tracks.rows(np.array([1, 3, 4]))
    back = there_and_back(name, tmp_path, some)
    seen = back.frame[back.seen.any(axis=(1, 2))]
    assert seen.tolist() == [1, 3, 4]


@pytest.mark.parametrize("name", ["trc", "nwb"])
def test_uneven_times_come_back(name: str, tmp_path: Path) -> None:
    tracks = make_tracks(persons=1, uneven=True)
    back = there_and_back(name, tmp_path, tracks)
    np.testing.assert_allclose(back.time, [0, 0.04, 0.08, 0.12, 0.19, 0.23], atol=1e-6)
    assert back.key == "time"


def test_bones_come_back(tmp_path: Path) -> None:
    for name in ("coco", "sleap", "sleap-analysis", "nwb"):
        folder = tmp_path / name
        folder.mkdir()
        assert there_and_back(name, folder, make_tracks()).bones == BODY.bones


def test_each_format_says_what_it_loses() -> None:
    for known in FORMATS.values():
        assert not known.writer or (known.loses.startswith("Loses ") and known.loses.endswith("."))
        assert known.reader or known.writer


def test_coco_is_one_based_and_knows_occluded(tmp_path: Path) -> None:
    FORMATS["coco"].write(tmp_path / "a.json", make_tracks())
    data = json.loads((tmp_path / "a.json").read_text())
    bones = data["categories"][0]["skeleton"]
    assert min(min(pair) for pair in bones) == 1
    assert max(max(pair) for pair in bones) == K
    one = next(a for a in data["annotations"] if (a["image_id"], a["track_id"]) == (OCCLUDED[0], 0))
    assert one["keypoints"][3 * OCCLUDED[1] + 2] == 1
    assert one["keypoints"][3 * ABSENT[1] : 3 * ABSENT[1] + 3] == [0, 0, 0]
    assert one["num_keypoints"] == K - 1
