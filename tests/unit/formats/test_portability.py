"""The traps of other tools' files, in small files made by hand."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import h5py
import numpy as np
import pytest

from fixtures.tracks import make_tracks
from poseapp.core.errors import BadInputError
from poseapp.core.types import Source
from poseapp.formats.mot import read_mot
from poseapp.formats.registry import FORMATS

# As OpenSim's own files are: numbers padded with blanks, a tab at the end of each row, a blank line after the head.
OPENSIM = """PathFileType\t4\t(X/Y/Z)\tsubject01.trc
DataRate\tCameraRate\tNumFrames\tNumMarkers\tUnits\tOrigDataRate\tOrigDataStartFrame\tOrigNumFrames
60.00\t60.00\t       2\t2\tmm\t60\t1\t2
Frame#\tTime\tR.Knee\t\t\tL.Knee\t\t\t
\t\tX1\tY1\tZ1\tX2\tY2\tZ2

1\t0.000\t1\t2\t3\t4\t5\t6\t
2\t0.0167\t\t\t\t7\t8\t9\t
"""
# Without the blank line, from 0, in px with y down although it says m, as Sports2D writes it.
SPORTS2D = """PathFileType\t4\t(X/Y/Z)\tdemo_Sports2D_px_person00.trc
DataRate\tCameraRate\tNumFrames\tNumMarkers\tUnits\tOrigDataRate\tOrigDataStartFrame\tOrigNumFrames
30.0\t30.0\t2\t2\tm\t30.0\t0\t2
Frame#\tTime\tRKnee\t\t\tHip\t\t
\t\tX1\tY1\tZ1\tX2\tY2\tZ2\t
0\t1.2\t100.5\t200.25\t0.0\t\t\t
1\t1.2333\t101.5\t201.25\t0.0\t90\t80\t0.0
"""


def test_trc_of_opensim(tmp_path: Path) -> None:
    (tmp_path / "a.trc").write_text(OPENSIM)
    tracks = FORMATS["trc"].read(tmp_path / "a.trc")
    assert tracks.keypoints == ("R.Knee", "L.Knee")
    assert (tracks.unit, tracks.y_up, tracks.key, tracks.fps) == ("mm", True, "time", 60.0)
    assert tracks.xy[:, 0, 1].tolist() == [[4, 5], [7, 8]]
    assert tracks.seen[:, 0, 0].tolist() == [True, False]
    np.testing.assert_allclose(tracks.time, [0, 0.0167])


def test_trc_of_sports2d_in_pixels(tmp_path: Path) -> None:
    (tmp_path / "demo_Sports2D_px_person00.trc").write_text(SPORTS2D)
    tracks = FORMATS["sports2d"].read(tmp_path / "demo_Sports2D_px_person00.trc")
    assert (tracks.unit, tracks.y_up, tracks.tool) == ("px", False, "Sports2D")
    assert tracks.xy[0, 0, 0].tolist() == [100.5, 200.25]
    assert not tracks.seen[0, 0, 1]
    np.testing.assert_allclose(tracks.time, [1.2, 1.2333])
    (tmp_path / "demo_Sports2D_m_person00.trc").write_text(SPORTS2D)
    assert FORMATS["sports2d"].read(tmp_path / "demo_Sports2D_m_person00.trc").unit == "m"


def test_trc_that_we_write_has_the_blank_line_and_counts_from_one(tmp_path: Path) -> None:
    FORMATS["trc"].write(tmp_path / "a.trc", make_tracks(persons=1))
    lines = (tmp_path / "a.trc").read_text().splitlines()
    assert lines[0] == "PathFileType\t4\t(X/Y/Z)\twalk.trc"
    assert lines[2].split("\t") == ["25", "25", "6", "21", "px", "25", "1", "6"]
    assert lines[3].split("\t")[2::3][:2] == ["right_ankle", "right_knee"]
    assert lines[5] == ""
    first = lines[6].split("\t")
    assert first[:5] == ["1", "0.000000", "0.25000", "459.00000", "0.00000"]  # y up: 479 - 20
    assert all(len(line.split("\t")) == 2 + 3 * 21 + 1 for line in lines[6:])  # a tab at the end, as OpenSim's own have


@pytest.mark.parametrize("columns", [2, 3])
def test_mot_counts_its_columns_either_way(columns: int, tmp_path: Path) -> None:
    head = f"Coordinates\nversion=1\nnRows=2\nnColumns={columns}\ninDegrees=yes\n\nendheader\n"
    (tmp_path / "a.mot").write_text(head + "time\tright ankle\tleft knee\n0.0\t1.5\t2\n0.1\tnan\t3\n")
    motion = read_mot(tmp_path / "a.mot")
    assert motion.names == ("right ankle", "left knee")
    np.testing.assert_array_equal(motion.values, [[1.5, 2], [np.nan, 3]])
    assert motion.time.tolist() == [0.0, 0.1]


def test_mot_in_radians_becomes_degrees(tmp_path: Path) -> None:
    (tmp_path / "a.mot").write_text("x\nnColumns=2\ninDegrees=no\nendheader\ntime\tknee\n0\t3.14159265\n")
    assert read_mot(tmp_path / "a.mot").values[0, 0] == pytest.approx(180.0)


def test_mot_that_we_write_is_whole(tmp_path: Path) -> None:
    tracks = make_tracks(persons=1, uneven=True)
    FORMATS["mot"].write(tmp_path / "a.mot", tracks)
    text = (tmp_path / "a.mot").read_text()
    assert tracks.angles is not None
    assert f"nColumns={1 + len(tracks.angles.definitions)}\n" in text
    assert "nRows=6\n" in text
    assert "right_knee_flexion: 0 is " in text
    motion = read_mot(tmp_path / "a.mot")
    np.testing.assert_allclose(motion.values, tracks.angles.values[:, 0], atol=1e-4)
    np.testing.assert_allclose(motion.time, tracks.time, atol=1e-6)


@pytest.mark.parametrize(("version", "x"), [(1.0, 9.5), (1.1, 10.0), (1.2, 10.0)])
def test_users_points_of_old_sleap_files_are_half_a_pixel_off(version: float, x: float, tmp_path: Path) -> None:
    tracks = make_tracks(persons=1)
    xy = tracks.xy.copy()
    xy[2, 0, 0] = 10.0
    source = tracks.source.copy()
    source[2, 0, 0] = Source.CORRECTED
    FORMATS["sleap"].write(tmp_path / "a.slp", replace(tracks, xy=xy, source=source))
    with h5py.File(tmp_path / "a.slp", "r+") as file:
        file["metadata"].attrs["format_id"] = version
    back = FORMATS["sleap"].read(tmp_path / "a.slp")
    assert back.xy[2, 0, 0].tolist() == [x, x]
    assert back.xy[1, 0, 0].tolist() == tracks.xy[1, 0, 0].tolist()  # predicted ones are not moved


def test_sleap_symmetries_are_no_bones(tmp_path: Path) -> None:
    """A kind of edge is written once and referred to by its number after, whichever comes first."""
    FORMATS["sleap"].write(tmp_path / "a.slp", make_tracks(persons=1))

    def link(a: int, b: int, kind: object) -> dict[str, object]:
        return {"edge_insert_idx": a, "key": 0, "source": a, "target": b, "type": kind}

    def new(number: int) -> dict[str, object]:
        return {"py/reduce": [{"py/type": "sleap.skeleton.EdgeType"}, {"py/tuple": [number]}]}

    links = [link(0, 5, new(2)), link(1, 2, new(1)), link(2, 3, {"py/id": 2}), link(3, 4, {"py/id": 1})]
    with h5py.File(tmp_path / "a.slp", "r+") as file:
        described = json.loads(file["metadata"].attrs["json"])
        described["skeletons"][0]["links"] = links
        file["metadata"].attrs["json"] = np.bytes_(json.dumps(described))
    assert FORMATS["sleap"].read(tmp_path / "a.slp").bones == ((1, 2), (2, 3))


def test_sleap_analysis_is_transposed_and_ends_with_the_last_pose(tmp_path: Path) -> None:
    tracks = make_tracks()
    FORMATS["sleap-analysis"].write(tmp_path / "a.h5", tracks)
    with h5py.File(tmp_path / "a.h5") as file:
        assert file["tracks"].shape == (2, 2, 21, 5)  # persons, x and y, keypoints, frames: nobody is in the sixth
        assert file["track_occupancy"][:].tolist() == [[1, 0], [1, 1], [1, 1], [1, 1], [1, 1]]
        assert file["tracks"][1, 0, 3, 4] == tracks.xy[4, 1, 3, 0]
        assert np.isnan(file["point_scores"][0, :, 2]).sum() == 1  # of the corrected keypoint
        assert file["video_path"][()] == b"walk.mp4"


def test_openpose_zeros_are_missing(tmp_path: Path) -> None:
    for frame, people in ((3, [[0.0] * 75, [*[5.0, 6.0, 0.5], *[0.0] * 72]]), (10, [[*[7.0, 8.0, 0.9], *[0.0] * 72]])):
        held = [{"person_id": [-1], "pose_keypoints_2d": values} for values in people]
        (tmp_path / f"cam01_{frame:012d}_keypoints.json").write_text(json.dumps({"version": 1.3, "people": held}))
    tracks = FORMATS["openpose"].read(tmp_path)
    assert tracks.frame.tolist() == [3, 10]
    assert tracks.seen.sum() == 2
    assert tracks.xy[0, 1, 0].tolist() == [5.0, 6.0]
    assert not tracks.follows


def test_openpose_names_without_keypoints_in_them(tmp_path: Path) -> None:
    (tmp_path / "cam01.0007.json").write_text(json.dumps({"people": [{"pose_keypoints_2d": [1.0, 2.0, 0.5] * 25}]}))
    assert FORMATS["openpose"].read(tmp_path / "cam01.0007.json").frame.tolist() == [7]


def test_openposes_neck_is_the_middle_of_the_shoulders(tmp_path: Path) -> None:
    tracks = make_tracks(persons=1)
    FORMATS["openpose"].write(tmp_path / "out", tracks)
    back = FORMATS["openpose"].read(tmp_path / "out")
    names = tracks.keypoints
    middle = tracks.xy[1, 0, [names.index("right_shoulder"), names.index("left_shoulder")]].mean(axis=0)
    np.testing.assert_allclose(back.xy[1, 0, back.keypoints.index("thorax")], middle, atol=1e-4)
    assert not back.seen[:, :, back.keypoints.index("left_eye")].any()
    data = json.loads((tmp_path / "out" / "walk_000000000005_keypoints.json").read_text())
    assert data["people"] == []  # a file for every frame, whoever is in it
    assert len(list((tmp_path / "out").iterdir())) == 6


def test_coco_results_are_predictions(tmp_path: Path) -> None:
    one = {"image_id": 4, "category_id": 1, "keypoints": [1.0, 2.0, 1.0] * 17, "score": 0.75}
    (tmp_path / "r.json").write_text(json.dumps([one]))
    tracks = FORMATS["coco"].read(tmp_path / "r.json")
    assert tracks.frame.tolist() == [4]
    assert (tracks.source == Source.PREDICTED).all()
    assert tracks.score[0, 0, 0] == 0.75


def test_coco_of_others_is_what_people_placed(tmp_path: Path) -> None:
    data = {
        "images": [{"id": 9, "file_name": "b/img_12.jpg", "width": 4, "height": 3}],
        "categories": [{"id": 1, "name": "person", "keypoints": ["nose", "RKnee", "tail"], "skeleton": [[1, 2]]}],
        "annotations": [{"id": 1, "image_id": 9, "category_id": 1, "keypoints": [1, 2, 2, 3, 4, 1, 0, 0, 0]}],
    }
    (tmp_path / "a.json").write_text(json.dumps(data))
    tracks = FORMATS["coco"].read(tmp_path / "a.json")
    assert tracks.source[0, 0].tolist() == [Source.CORRECTED, Source.OCCLUDED, Source.MISSING]
    assert (tracks.key, tracks.pictures, tracks.bones) == ("picture", ("img_12.jpg",), ((0, 1),))


@pytest.mark.parametrize("name", ["csv-tidy", "coco", "dlc", "sleap", "sleap-analysis", "trc", "c3d", "nwb"])
def test_rubbish_is_one_clear_line(name: str, tmp_path: Path) -> None:
    path = tmp_path / f"a{FORMATS[name].suffixes[0]}"
    path.write_bytes(b"\x00\xffnot this\n1,2,3\n")
    with pytest.raises(BadInputError) as told:
        FORMATS[name].read(path)
    assert str(told.value).startswith(f"{path.name}: ")
    assert "\n" not in str(told.value)


def test_nwb_links_its_skeleton_under_the_skeletons_name(tmp_path: Path) -> None:
    """As version 0.3 wrote it; the series are in the order of the alphabet."""
    with h5py.File(tmp_path / "a.nwb", "w") as file:
        skeleton = file.create_group("processing/behavior/Skeletons/subject")
        skeleton.attrs["neurodata_type"] = "Skeleton"
        skeleton["nodes"], skeleton["edges"] = [b"wrist", b"elbow"], np.array([[0, 1]], np.uint8)
        group = file.create_group("processing/behavior/PoseEstimation")
        group.attrs["neurodata_type"] = "PoseEstimation"
        group["subject"] = h5py.SoftLink("/processing/behavior/Skeletons/subject")
        for name, x in (("elbow", 1.0), ("wrist", 2.0)):
            series = group.create_group(name)
            series.attrs["neurodata_type"] = "PoseEstimationSeries"
            series["data"], series["timestamps"] = np.array([[x, 0.0]]), np.array([0.0])
        file.create_group("processing/behavior/empty").attrs["neurodata_type"] = "PoseEstimation"
    tracks = FORMATS["nwb"].read(tmp_path / "a.nwb")
    assert (tracks.keypoints, tracks.bones, len(tracks.persons)) == (("wrist", "elbow"), ((0, 1),), 1)
    assert tracks.xy[0, 0, :, 0].tolist() == [2.0, 1.0]
    with h5py.File(tmp_path / "a.nwb", "r+") as file:
        del file["processing/behavior/PoseEstimation"]
    with pytest.raises(BadInputError, match="there are no poses"):
        FORMATS["nwb"].read(tmp_path / "a.nwb")


def test_nwb_by_rate_and_the_name_of_old_series(tmp_path: Path) -> None:
    """As version 0.1 wrote it: a start and a rate, names of series that begin with their type."""
    with h5py.File(tmp_path / "a.nwb", "w") as file:
        group = file.create_group("processing/behavior/PoseEstimation")
        group.attrs["neurodata_type"] = "PoseEstimation"
        series = group.create_group("PoseEstimationSeriesFrontLeftPaw")
        series.attrs["neurodata_type"] = "PoseEstimationSeries"
        data = series.create_dataset("data", data=np.array([[1.0, 2.0, 0.0], [np.nan, 4.0, 0.0]]))
        data.attrs["conversion"] = 2.0
        series.create_dataset("starting_time", data=0.5).attrs["rate"] = 10.0
    tracks = FORMATS["nwb"].read(tmp_path / "a.nwb")
    assert tracks.keypoints == ("FrontLeftPaw",)
    np.testing.assert_allclose(tracks.time, [0.5, 0.6])
    assert tracks.xy[0, 0, 0].tolist() == [2.0, 4.0]
    assert tracks.seen[:, 0, 0].tolist() == [True, False]


def test_rows_of_deeplabcut_are_known_by_their_picture(tmp_path: Path) -> None:
    head = "scorer,a,a\nbodyparts,knee,knee\ncoords,x,y\n"
    rows = "labeled-data/walk/img0010.png,1,2\nlabeled-data/walk/img0002.png,3,4\nlabeled-data/run/img0001.png,5,6\n"
    (tmp_path / "CollectedData_a.csv").write_text(head + rows)
    tracks = FORMATS["dlc"].read(tmp_path / "CollectedData_a.csv", "walk.mp4")
    assert tracks.pictures == ("img0002.png", "img0010.png")
    assert tracks.xy[:, 0, 0].tolist() == [[3, 4], [1, 2]]
    assert tracks.notes == ("The labels of 1 more videos in the file were left out.",)


def test_c3d_of_a_laboratory(tmp_path: Path) -> None:
    """In mm, from the eleventh frame on, with the residual of a lost marker, and an angle among the points."""
    ezc3d = pytest.importorskip("ezc3d")
    file = ezc3d.c3d()
    point = file["parameters"]["POINT"]
    point["RATE"]["value"], point["UNITS"]["value"] = [100.0], ["mm"]
    point["LABELS"]["value"] = ["RKNE", "LKNE", "RKneeAngles"]
    file.add_parameter("POINT", "ANGLES", ["RKneeAngles"])
    values = np.arange(4 * 3 * 5, dtype=float).reshape(4, 3, 5)
    values[:3, 1, 2] = np.nan
    values[3] = 1
    file["data"]["points"] = values
    file["header"]["points"]["first_frame"] = 10
    file.write(str(tmp_path / "lab.c3d"))
    tracks = FORMATS["c3d"].read(tmp_path / "lab.c3d")
    assert (tracks.keypoints, tracks.unit, tracks.fps, tracks.y_up) == (("RKNE", "LKNE"), "mm", 100.0, True)
    np.testing.assert_allclose(tracks.time, [0.10, 0.11, 0.12, 0.13, 0.14])
    assert tracks.seen[:, 0, 1].tolist() == [True, True, False, True, True]
    assert tracks.xy[1, 0, 0].tolist() == [1.0, 16.0]
