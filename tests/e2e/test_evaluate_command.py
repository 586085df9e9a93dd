"""`poseapp evaluate` as people and scripts meet it, on data sets written on the spot."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest

from fixtures.dot_person import SKELETON, paint, truth, write_dot_network
from poseapp.cli.evaluate import FORMATS
from poseapp.cli.main import run
from poseapp.core.schema import map_keypoints
from poseapp.core.skeleton import Skeleton, load_skeleton
from poseapp.training.readers import READERS

N = 6
POSES = truth(90)[:: 90 // N]


def labels(skeleton: Skeleton) -> np.ndarray:
    return map_keypoints(POSES, SKELETON, skeleton)


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(write_dot_network(tmp_path_factory.mktemp("networks") / "dots.onnx"))


@pytest.fixture(scope="module")
def lspet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """LSPET, packed: the left wrist of the first picture is labelled elsewhere, the last has no right hip."""
    folder = tmp_path_factory.mktemp("lspet")
    joints = np.dstack([labels(load_skeleton("lsp14")), np.ones((N, 14))])
    joints[0, 11, 0] += 100
    joints[-1, 2] = 0
    np.savez(folder / "joints.npz", joints=joints)
    with zipfile.ZipFile(folder / "images.zip", "w") as archive:
        for n, pose in enumerate(POSES):
            archive.writestr(f"im{n + 1:05d}.webp", paint(pose))
    return folder


@pytest.fixture(scope="module")
def coco(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("coco")
    skeleton = load_skeleton("coco17")
    annotations = []
    for n, (pose, xy) in enumerate(zip(POSES, labels(skeleton), strict=True)):
        (folder / f"{n}.png").write_bytes(paint(pose))
        flags = np.where(np.isfinite(xy[:, 0]), 2, 0)
        keypoints = np.column_stack([np.nan_to_num(xy), flags]).reshape(-1).tolist()
        box = {"bbox": [60, 30, 200, 200], "area": 8000.0, "iscrowd": 0, "num_keypoints": int((flags > 0).sum())}
        annotations.append({"id": n + 1, "image_id": n, "category_id": 1, "keypoints": keypoints, **box})
    person = {"id": 1, "name": "person", "keypoints": list(skeleton.keypoints), "skeleton": []}
    images = [{"id": n, "file_name": f"{n}.png", "width": 320, "height": 240} for n in range(N)]
    content = {"images": images, "categories": [person], "annotations": annotations}
    (folder / "labels.json").write_text(json.dumps(content))
    return folder


def evaluate_json(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict:
    capsys.readouterr()
    assert run(["evaluate", *arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def fails(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 3) -> str:
    capsys.readouterr()
    assert run(["evaluate", *arguments]) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert "Traceback" not in err
    if code == 3:
        assert len(err.strip().splitlines()) == 1, err
    return err.strip()


def test_lspet_json_contract(network: str, lspet: Path, capsys: pytest.CaptureFixture[str]) -> None:
    result = evaluate_json(capsys, "--model", network, "--data", str(lspet), "--format", "lspet")
    assert (result["model"], result["format"], result["images"], result["scored"]) == ("dots", "lspet", N, N - 1)
    score = result["pck@0.2"]
    assert set(score["per_keypoint"]) == set(load_skeleton("lsp14").keypoints)
    assert score["per_keypoint"]["left_wrist"] == 80.0
    assert score["mean"] == pytest.approx((13 * 100 + 80) / 14, abs=0.01)
    assert score["mean12"] == pytest.approx((11 * 100 + 80) / 12, abs=0.01)
    assert score["interval"][0] < score["mean"] <= score["interval"][1]
    assert result["unit"] == "percent"
    assert result["ms_per_crop"] > 0
    assert not {"pckh@0.5", "pckh@0.1", "ap"} & set(result)
    assert 0 < result["ece"] < 60
    assert result["coverage"]["1_sigma"]["expected"] == 39.35
    assert 0 <= result["coverage"]["1_sigma"]["found"] <= result["coverage"]["2_sigma"]["found"] <= 100
    assert len(result["reliability"]) == 15


def test_split_and_looks(network: str, lspet: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = ("--model", network, "--data", str(lspet), "--format", "lspet", "--split", "1:4")
    result = evaluate_json(capsys, *data, "--scales", "0.8,1,1.2")
    assert (result["split"], result["images"], result["scored"]) == ([1, 4], 3, 3)
    assert (result["scales"], result["flip"], result["crop"]) == ([0.8, 1.0, 1.2], False, "extent")
    assert result["pck@0.2"]["mean"] == 100.0
    assert evaluate_json(capsys, *data, "--flip")["flip"]
    whole = evaluate_json(capsys, *data, "--whole-frame")
    assert (whole["crop"], whole["pck@0.2"]["mean"]) == ("frame", 100.0)
    assert whole["ms_per_image"] > 0


def test_coco_has_average_precision(network: str, coco: Path, capsys: pytest.CaptureFixture[str]) -> None:
    result = evaluate_json(capsys, "--model", network, "--data", str(coco), "--format", "coco")
    assert result["ap"] > 90
    assert result["ar50"] == 100.0
    assert result["ap_medium"] == result["ap"]
    assert result["ap_large"] is None
    assert result["not_scored"] == ["nose", "left_eye", "right_eye", "left_ear", "right_ear"]
    assert result["pck@0.2"]["mean12"] == 100.0
    boxed = evaluate_json(capsys, "--model", network, "--data", str(coco), "--format", "coco", "--data-boxes")
    assert boxed["crop"] == "box"
    assert boxed["pck@0.2"]["mean12"] == 100.0


def test_table(network: str, coco: Path, lspet: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["evaluate", "--model", network, "--data", str(lspet), "--format", "lspet", "--split", "0:5"]) == 0
    out, _ = capsys.readouterr()
    lines = out.splitlines()
    assert lines[0].startswith("dots on lspet 0:5: 5 images, 5 people, 5 scored; square of 1.5 x the labelled extent")
    assert next(line for line in lines if line.startswith("left_wrist")).split() == ["left_wrist", "80.0"]
    assert lines[-1].endswith("ms a crop")
    assert lines[-2].startswith("ECE ")
    assert run(["evaluate", "--model", network, "--data", str(coco), "--format", "coco"]) == 0
    out, err = capsys.readouterr()
    assert "AP" in out
    assert "nose" not in out
    assert "note: The network does not give nose" in err


def test_bad_input_is_one_line(network: str, lspet: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    here = ("--data", str(lspet), "--format", "lspet")
    assert "models install" in fails(capsys, "--model", "no-such-network", *here)
    assert "no such data set" in fails(capsys, "--model", network, "--data", str(tmp_path / "no"), "--format", "lsp")
    assert fails(capsys, "--model", network, "--data", str(tmp_path), "--format", "coco")
    assert "50:60 has no picture" in fails(capsys, "--model", network, *here, "--split", "50:60")
    assert "no labelled person to score" in fails(capsys, "--model", network, *here, "--split", "5:6")
    (tmp_path / "images.zip").write_bytes((lspet / "images.zip").read_bytes()[:2000])
    (tmp_path / "joints.npz").write_bytes((lspet / "joints.npz").read_bytes())
    assert "images.zip" in fails(capsys, "--model", network, "--data", str(tmp_path), "--format", "lspet")


@pytest.mark.parametrize(
    "wrong",
    [
        ["--format", "xlsx"],
        ["--format", "lspet", "--split", "9:3"],
        ["--format", "lspet", "--split", "first"],
        ["--format", "lspet", "--scales", "0"],
        ["--format", "lspet", "--scales", "one"],
        ["--format", "lspet", "--whole-frame", "--data-boxes"],
        [],
    ],
)
def test_wrong_usage(wrong: list[str], lspet: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fails(capsys, "--data", str(lspet), *wrong, code=2)


def test_every_reader_can_be_chosen() -> None:
    assert set(FORMATS) == set(READERS)


def test_needs_no_torch(network: str, lspet: Path) -> None:
    code = "import sys; from poseapp.cli.main import run; sys.exit(run(sys.argv[1:]) or 'torch' in sys.modules)"
    command = [sys.executable, "-c", code, "evaluate", "--model", network, "--data", str(lspet), "--format", "lspet"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.data
def test_a_trained_network_on_real_people(shared_data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The built-in network reads gymnasts about as well as its card says, and far better than chance."""
    result = evaluate_json(capsys, "--data", str(shared_data / "lspet"), "--format", "lspet", "--split", "8000:8060")
    assert result["images"] == 60
    assert 30 <= result["scored"] <= 60
    assert result["pck@0.2"]["mean12"] > 25
