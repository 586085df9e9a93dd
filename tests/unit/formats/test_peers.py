"""What we write is read by the tools' own libraries."""

from __future__ import annotations

import json
import warnings
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import numpy as np
import pytest

from fixtures.tracks import ABSENT, BODY, CORRECTED, GAP, KNEE, OCCLUDED, K, P, T, make_tracks
from poseapp.formats.registry import FORMATS

TRACKS = make_tracks()


def test_deeplabcut_predictions_by_pandas(tmp_path: Path) -> None:
    pandas = pytest.importorskip("pandas")
    FORMATS["dlc"].write(tmp_path / "walkDLC.h5", TRACKS)
    frame = pandas.read_hdf(tmp_path / "walkDLC.h5")  # its only key
    assert list(frame.columns.names) == ["scorer", "individuals", "bodyparts", "coords"]
    assert frame.shape == (T, P * K * 3)
    assert frame.index.tolist() == list(range(T))
    one = frame["poseapp"]["person1"]["left_wrist"]
    assert one["likelihood"][CORRECTED[0]] == 1.0
    assert one["x"][2] == pytest.approx(TRACKS.xy[2, 0, CORRECTED[1], 0])
    assert frame["poseapp"]["person1"]["left_ear"].loc[GAP[0]].isna().all()
    with pandas.HDFStore(tmp_path / "walkDLC.h5", mode="r") as store:
        assert store.keys() == ["/df_with_missing"]
        assert store.get_storer("df_with_missing").is_table
    alone = tmp_path / "alone.h5"
    FORMATS["dlc"].write(alone, TRACKS.columns([0]))
    assert list(pandas.read_hdf(alone).columns.names) == ["scorer", "bodyparts", "coords"]


def test_deeplabcut_labels_by_pandas(tmp_path: Path) -> None:
    pandas = pytest.importorskip("pandas")
    one = TRACKS.columns([0])
    FORMATS["dlc-labels"].write(tmp_path / "CollectedData_poseapp.h5", one)
    FORMATS["dlc-labels"].write(tmp_path / "CollectedData_poseapp.csv", one)
    held = pandas.read_hdf(tmp_path / "CollectedData_poseapp.h5", "df_with_missing")
    # As DeepLabCut reads it: three header rows, three cells of a row's key.
    table = pandas.read_csv(tmp_path / "CollectedData_poseapp.csv", header=[0, 1, 2], index_col=[0, 1, 2])
    assert held.index.tolist() == [("labeled-data", "walk", "img0002.png"), ("labeled-data", "walk", "img0003.png")]
    assert table.index.tolist() == held.index.tolist()
    np.testing.assert_allclose(table.to_numpy(), held.to_numpy())
    assert held["poseapp"]["right_knee"].iloc[1].tolist() == TRACKS.xy[3, 0, KNEE].tolist()
    assert held["poseapp"]["nose"].isna().all(axis=None)


def test_coco_by_pycocotools(tmp_path: Path) -> None:
    """It reads the file, and people compared with themselves are right in every respect."""
    coco = pytest.importorskip("pycocotools.coco")
    evaluation = pytest.importorskip("pycocotools.cocoeval")
    FORMATS["coco"].write(tmp_path / "a.json", TRACKS)
    data = json.loads((tmp_path / "a.json").read_text())
    results = [
        {"image_id": a["image_id"], "category_id": 1, "keypoints": a["keypoints"], "score": 1.0}
        for a in data["annotations"]
    ]
    with redirect_stdout(StringIO()):
        truth = coco.COCO(str(tmp_path / "a.json"))
        judged = evaluation.COCOeval(truth, truth.loadRes(results), "keypoints")
        judged.params.kpt_oks_sigmas = np.array(BODY.sigmas)
        judged.params.areaRng, judged.params.areaRngLbl = [[0, 1e10]], ["all"]
        judged.evaluate()
        judged.accumulate()
    assert len(truth.getImgIds()) == 5  # nobody is in the last frame
    assert len(truth.getAnnIds()) == 9
    assert truth.loadCats([1])[0]["keypoints"] == list(BODY.keypoints)
    precision = judged.eval["precision"]
    assert precision[precision > -1].min() == pytest.approx(1.0)


def test_c3d_by_ezc3d(tmp_path: Path) -> None:
    ezc3d = pytest.importorskip("ezc3d")
    one = TRACKS.columns([0])
    FORMATS["c3d"].write(tmp_path / "a.c3d", one)
    file = ezc3d.c3d(str(tmp_path / "a.c3d"))
    point = file["parameters"]["POINT"]
    names = [d.name for d in BODY.angles]
    assert point["LABELS"]["value"] == [*BODY.keypoints, *names]
    assert point["ANGLES"]["value"] == names
    assert point["UNITS"]["value"] == ["px"]
    assert point["RATE"]["value"][0] == 25.0
    points = file["data"]["points"]
    assert points.shape == (4, K + len(names), T)
    # px from the middle of the lowest row: 479 - 23, and z is 0.
    np.testing.assert_allclose(points[:3, 0, 1], [0.25, 479 - 23.0, 0.0], atol=1e-3)
    assert np.isnan(points[:3, GAP[1], GAP[0]]).all()
    residuals = file["data"]["meta_points"]["residuals"][0]
    assert residuals[0, 0] >= 0
    assert residuals[GAP[1], GAP[0]] == -1
    assert points[0, K, 3] == pytest.approx(30.0)  # an angle, degrees
    assert file["header"]["points"]["first_frame"] == 0


def test_c3d_of_uneven_frames_is_resampled(tmp_path: Path) -> None:
    """The fifth frame comes 70 ms after the fourth: at 25 frames/s there are 6 samples up to 0.23 s."""
    one = make_tracks(persons=1, uneven=True)
    FORMATS["c3d"].write(tmp_path / "a.c3d", one)
    back = FORMATS["c3d"].read(tmp_path / "a.c3d")
    assert len(back.frame) == 6
    np.testing.assert_allclose(back.time, np.arange(6) * 0.04)
    y = 479 - back.xy[:, 0, 0, 1]
    np.testing.assert_allclose(y[:4], [20, 23, 26, 29], atol=1e-3)
    assert y[4] == pytest.approx(29 + 3 * 0.04 / 0.07, abs=1e-3)  # between the fourth frame and the fifth
    assert np.isnan(y[5])  # between the fifth and the last, in which nobody is


def test_nwb_by_pynwb_with_validation(tmp_path: Path) -> None:
    pynwb = pytest.importorskip("pynwb")
    pytest.importorskip("ndx_pose")
    tracks = make_tracks(uneven=True)
    FORMATS["nwb"].write(tmp_path / "a.nwb", tracks)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of namespaces that are there already
        with pynwb.NWBHDF5IO(str(tmp_path / "a.nwb"), mode="r", load_namespaces=True) as io:
            errors = pynwb.validate(io=io)
            file = io.read()
            behavior = file.processing["behavior"]
            series = behavior["person1"].pose_estimation_series["left_wrist"]
            times, data, confidence = series.timestamps[:], series.data[:], series.confidence[:]
            frames = behavior["PoseTraining"].training_frames.training_frames
            instance = frames["frame_3"].skeleton_instances["person1"]
            visible, index = instance.node_visibility[:], frames["frame_3"].source_video_frame_index
            nodes, video = list(behavior["person1"].skeleton.nodes[:]), behavior["person1"].source_video
            external = video.external_file[:].tolist()
    assert errors == []
    assert nodes == list(BODY.keypoints)
    np.testing.assert_allclose(times, tracks.time)
    np.testing.assert_allclose(data, tracks.xy[:, 0, BODY.index("left_wrist")])
    assert confidence[CORRECTED[0]] == 1.0
    assert index == OCCLUDED[0]
    assert not visible.any()  # the knee was placed as occluded, nothing else was placed in this frame
    assert external == ["walk.mp4"]


def test_workbook_by_openpyxl(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    FORMATS["xlsx"].write(tmp_path / "a.xlsx", TRACKS)
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert book.sheetnames == ["keypoints", "angles", "about"]
    rows = list(book["keypoints"].iter_rows(values_only=True))
    assert len(rows) == 1 + T * P
    first = dict(zip(rows[0], rows[1], strict=True))
    assert (first["frame"], first["time_s"], first["person"]) == (0, 2.0, 0)
    assert (first["right_ankle_x_px"], first["right_ankle_y_px"]) == (0.25, 20)
    absent = dict(zip(rows[0], rows[1 + 2 * ABSENT[0]], strict=True))
    assert (absent["left_big_toe_x_px"], absent["left_big_toe_source"]) == (None, "absent")
    angles = list(book["angles"].iter_rows(values_only=True))
    assert angles[0][3:5] == (f"{BODY.angles[0].name}_deg", f"{BODY.angles[0].name}_sigma_deg")
    assert angles[1 + 2 * 3][3] == 30
    about = dict(book["about"].iter_rows(values_only=True))
    assert "positive is" in about["right_knee_flexion_deg"]


def test_sleap_project_by_sleap_io(tmp_path: Path) -> None:
    sleap_io = pytest.importorskip("sleap_io")
    FORMATS["sleap"].write(tmp_path / "a.slp", TRACKS)
    labels = sleap_io.load_slp(str(tmp_path / "a.slp"), open_videos=False)
    assert labels.skeleton.node_names == list(BODY.keypoints)
    assert [tuple(bone) for bone in labels.skeleton.edge_inds] == list(BODY.bones)
    assert [track.name for track in labels.tracks] == ["person1", "person2"]
    assert [frame.frame_idx for frame in labels.labeled_frames] == [0, 1, 2, 3, 4]
    frame = labels.labeled_frames[2]
    assert len(frame.user_instances) == 1
    assert len(frame.predicted_instances) == 2
    user = frame.user_instances[0]
    np.testing.assert_allclose(user.numpy(), TRACKS.xy[2, 0])
    assert user.from_predicted is not None
    assert labels.labeled_frames[0].predicted_instances[0].numpy()[3].tolist() == TRACKS.xy[0, 0, 3].tolist()


@pytest.mark.parametrize(("name", "loader"), [("sleap-analysis", "from_sleap_file"), ("dlc", "from_dlc_file")])
def test_poses_by_movement(name: str, loader: str, tmp_path: Path) -> None:
    load = pytest.importorskip("movement.io.load_poses")
    path = tmp_path / f"a{FORMATS[name].suffixes[0]}"
    FORMATS[name].write(path, TRACKS)
    poses = getattr(load, loader)(path, fps=25)
    assert poses.individuals.values.tolist() == ["person1", "person2"]
    assert poses.keypoints.values.tolist() == list(BODY.keypoints)
    there = poses.position.transpose("time", "individuals", "keypoints", "space").values
    np.testing.assert_allclose(there, TRACKS.xy[: len(there)], atol=1e-4)
