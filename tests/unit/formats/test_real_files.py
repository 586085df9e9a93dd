"""The real files of other tools."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from poseapp.core.skeleton import load_skeleton
from poseapp.core.types import Source
from poseapp.formats.registry import FORMATS
from poseapp.formats.tracks import Tracks

pytestmark = pytest.mark.data


@pytest.fixture
def files(shared_data: Path) -> Path:
    return shared_data / "formats"


def read(name: str, path: Path, clip: str = "") -> Tracks:
    return FORMATS[name].read(path, clip)


def test_coco(files: Path) -> None:
    tracks = read("coco", files / "coco" / "test_coco.json")
    assert tracks.keypoints == load_skeleton("coco17").keypoints
    assert tracks.pictures == ("000000000785.jpg", "000000040083.jpg", "000000196141.jpg", "000000197388.jpg")
    people = tracks.seen.any(axis=-1)
    assert people[0].tolist() == [True, *[False] * (people.shape[1] - 1)]
    assert tracks.xy[0, 0, 0].tolist() == [367, 81]
    assert tracks.bones[0] == (15, 13)
    assert people.sum(axis=1).tolist() == [1, 2, 4, 5]
    assert (tracks.source == Source.OCCLUDED).any()
    assert not tracks.follows


@pytest.mark.parametrize("suffix", [".csv", ".h5"])
def test_deeplabcut_labels_of_a_single_animal(files: Path, suffix: str) -> None:
    tracks = read("dlc", files / "dlc" / f"CollectedData_Pranav{suffix}")
    assert tracks.keypoints == ("snout", "leftear", "rightear", "tailbase")
    assert len(tracks.frame) == 116
    assert tracks.pictures[:2] == ("img0000.png", "img0001.png")
    np.testing.assert_allclose(tracks.xy[0, 0, 0], [21.521, 265.428])
    assert set(np.unique(tracks.source).tolist()) <= {Source.MISSING, Source.CORRECTED}
    assert tracks.persons == ("person1",)


def test_both_deeplabcut_files_say_the_same(files: Path) -> None:
    one, other = (read("dlc", files / "dlc" / f"CollectedData_Pranav{suffix}") for suffix in (".csv", ".h5"))
    np.testing.assert_allclose(one.xy, other.xy)
    assert one.pictures == other.pictures


@pytest.mark.parametrize("name", ["dlc_testdata", "dlc_testdata_v2"])
def test_both_row_keys_of_deeplabcut(files: Path, name: str) -> None:
    tracks = read("dlc", files / "dlc" / f"{name}.csv")
    assert tracks.keypoints == ("A", "B", "C")
    assert tracks.pictures == ("img000.png", "img001.png", "img002.png", "img003.png")
    assert tracks.xy[0, 0].tolist() == [[0, 1], [2, 3], [4, 5]]
    assert tracks.seen[1, 0].tolist() == [True, False, True]
    assert not tracks.seen[2].any()


@pytest.mark.parametrize("name", ["madlc_testdata", "maudlc_testdata_v2", "CollectedData_LM"])
def test_several_animals_of_deeplabcut(files: Path, name: str) -> None:
    tracks = read("dlc", files / "dlc" / f"{name}.csv")
    has_unique = name != "madlc_testdata"
    assert tracks.persons == ("Animal1", "Animal2") + (("single",) if has_unique else ())
    assert tracks.keypoints == ("A", "B", "C") + (("D", "E") if has_unique else ())
    assert tracks.xy[0, 1, :3].tolist() == [[6, 7], [8, 9], [10, 11]]
    assert tracks.seen[1, 0, :3].tolist() == [True, False, True]
    if has_unique:
        assert tracks.xy[1, 2, 3].tolist() == [22, 23]
        assert not tracks.seen[:, :2, 3:].any()


def test_sleap_project_of_two_instances(files: Path) -> None:
    tracks = read("sleap", files / "sleap" / "minimal_instance.slp")
    assert tracks.keypoints == ("A", "B")
    assert tracks.xy.shape == (1, 2, 2, 2)
    np.testing.assert_allclose(tracks.xy[0, 0], [[92.65220773, 202.72597774], [152.34188116, 158.42364351]])
    assert (tracks.source == Source.CORRECTED).all()
    assert tracks.bones == ((0, 1),)
    assert tracks.clip == "centered_pair_low_quality.mp4"
    assert not tracks.follows


def test_sleap_project_of_the_dancer(files: Path) -> None:
    tracks = read("sleap", files / "sleap" / "dance.mp4.labels.slp", "dance.mp4")
    assert len(tracks.frame) == 450
    assert tracks.xy.shape[1] == 1  # the users' instances replace those that they were made from
    by_user = (tracks.source == Source.CORRECTED).any(axis=(1, 2))
    assert by_user.sum() == 3
    assert by_user[:2].all()
    assert set(tracks.keypoints) == set(load_skeleton("coco17").keypoints)
    shoulder = tracks.keypoints.index("left_shoulder")
    hip = tracks.keypoints.index("left_hip")
    assert (tracks.xy[tracks.seen[:, 0, shoulder] & tracks.seen[:, 0, hip], 0, shoulder, 1] < 480).all()
    assert np.nanmedian(tracks.xy[:, 0, hip, 1] - tracks.xy[:, 0, shoulder, 1]) > 10  # the names are in the right order
    pairs = {frozenset((tracks.keypoints[a], tracks.keypoints[b])) for a, b in tracks.bones}
    assert frozenset(("left_knee", "left_ankle")) in pairs
    assert len(pairs) == 15


def test_sleap_analysis(files: Path) -> None:
    tracks = read("sleap-analysis", next((files / "sleap").glob("small_robot*.analysis.h5")))
    assert tracks.keypoints == ("top", "front", "rear")
    assert tracks.xy.shape == (3, 1, 3, 2)
    assert tracks.bones == ((0, 1), (0, 2), (1, 2))
    assert tracks.source[:, 0, 0].tolist() == [Source.CORRECTED, Source.PREDICTED, Source.CORRECTED]
    assert tracks.clip == "small_robot_3_frame.mp4"
    assert tracks.score[1, 0, 0] == pytest.approx(0.74868906)


def test_sleap_analysis_table(files: Path) -> None:
    tracks = read("sleap-analysis", next((files / "sleap").glob("*.analysis.csv")))
    assert tracks.keypoints == ("A", "B")
    np.testing.assert_allclose(tracks.xy[0, 0, 0], [205.9300539, 187.88964024])
    assert (tracks.source == Source.CORRECTED).all()
