"""Published weights give upstream's heatmaps on real pictures, and left is left."""

from __future__ import annotations

from pathlib import Path

import av
import cv2
import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("onnx")

import onnxruntime  # noqa: E402

from poseapp.core.geometry import Box  # noqa: E402
from poseapp.core.metadata import METADATA_KEY, spec_from_json  # noqa: E402
from poseapp.core.skeleton import load_skeleton  # noqa: E402
from poseapp.core.types import ModelSpec  # noqa: E402
from poseapp.nets.registry import find_architecture  # noqa: E402
from poseapp.training.exporting.conversion import load_upstream  # noqa: E402
from poseapp.training.exporting.install import find_upstream, install_upstream, upstream_spec  # noqa: E402

pytestmark = pytest.mark.data


@pytest.fixture(scope="module")
def pictures(shared_data: Path) -> list[np.ndarray]:
    """Frames of three clips."""
    found = []
    for name, wanted in (("pose2sim_cam01", (30, 60)), ("dance", (200,)), ("sports2d_demo", (60,))):
        with av.open(str(shared_data / "clips" / f"{name}.mp4")) as clip:
            for i, frame in enumerate(clip.decode(video=0)):
                if i in wanted:
                    found.append(frame.to_ndarray(format="rgb24"))
                if i >= max(wanted):
                    break
    return found


@pytest.fixture(scope="module")
def installed(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """EfficientPose RT as a user would install it from a local file."""
    folder = tmp_path_factory.mktemp("models")
    return install_upstream("efficientpose-rt", shared_data / "upstream" / "EfficientPoseRT.h5", folder)


def _normalised(rgb: np.ndarray, spec: ModelSpec) -> np.ndarray:
    """The whole picture squeezed into the input: (1, 3, h, w)."""
    small = cv2.resize(rgb, spec.input_size[::-1], interpolation=cv2.INTER_AREA)
    image = (small.astype(np.float32) / 255.0 - np.float32(spec.mean)) / np.float32(spec.std)
    return np.ascontiguousarray(image.transpose(2, 0, 1)[None], dtype=np.float32)


def test_heatmaps_are_those_of_the_published_tflite_file(
    shared_data: Path, installed: Path, pictures: list[np.ndarray]
) -> None:
    litert = pytest.importorskip("ai_edge_litert.interpreter", reason="needs a TFLite interpreter")
    published = litert.Interpreter(str(shared_data / "upstream" / "EfficientPoseRT.tflite"), num_threads=1)
    published.allocate_tensors()
    ours = onnxruntime.InferenceSession(installed, providers=["CPUExecutionProvider"])
    unrounded = load_upstream(shared_data / "upstream" / "EfficientPoseRT.h5", "efficientpose-rt")
    for rgb in pictures:
        image = _normalised(rgb, upstream_spec(find_upstream("efficientpose-rt")))
        published.set_tensor(published.get_input_details()[0]["index"], image.transpose(0, 2, 3, 1))
        published.invoke()
        expected = published.get_tensor(published.get_output_details()[-1]["index"]).transpose(0, 3, 1, 2)
        assert expected.max() > 0.1  # it sees somebody, so that a difference would show
        np.testing.assert_allclose(ours.run(None, {"image": image})[0], expected, atol=1e-4)
        with torch.no_grad():  # the published network rounds these weights to half precision
            np.testing.assert_allclose(unrounded(torch.from_numpy(image)), expected, atol=5e-3)


def test_the_installed_file_describes_itself(installed: Path) -> None:
    session = onnxruntime.InferenceSession(installed, providers=["CPUExecutionProvider"])
    spec = spec_from_json(session.get_modelmeta().custom_metadata_map[METADATA_KEY])
    assert spec == upstream_spec(find_upstream("efficientpose-rt"))
    assert installed.name == "efficientpose-rt.onnx"


def test_right_is_the_person_s_right(installed: Path, pictures: list[np.ndarray]) -> None:
    """A man who faces the camera, arms up: his right side is on the left of the picture."""
    left, top, size = 388, 15, 500
    part = np.ascontiguousarray(pictures[-1][top : top + size, left : left + size])
    spec = upstream_spec(find_upstream("efficientpose-rt"))
    session = onnxruntime.InferenceSession(installed, providers=["CPUExecutionProvider"])
    maps = session.run(None, {"image": _normalised(part, spec)})[0][0]  # (K, h, w)
    columns = maps.max(axis=1).argmax(axis=1)
    skeleton = load_skeleton("mpii16")
    for joint in ("shoulder", "elbow", "wrist", "hip", "knee", "ankle"):
        right, left_side = (columns[skeleton.index(f"{side}_{joint}")] for side in ("right", "left"))
        assert right < left_side - 3, joint


def test_both_published_files_hold_exactly_our_parameters(shared_data: Path) -> None:
    for name, file in (("efficientpose-rt", "EfficientPoseRT.h5"), ("efficientpose-i", "EfficientPoseI.h5")):
        network = load_upstream(shared_data / "upstream" / file, name)
        assert not network.training
        fresh = find_architecture(name).build()
        assert {k: v.shape for k, v in network.state_dict().items()} == {
            k: v.shape for k, v in fresh.state_dict().items()
        }


def test_the_reference_clip_agrees_on_the_sides(shared_data: Path, installed: Path, pictures: list[np.ndarray]) -> None:
    """Against the multi-view reference of an athlete: right keypoints lie nearer to the right joints."""
    reference = np.load(shared_data / "clips" / "pose2sim_reference.npz")
    names, xy = list(reference["names"]), reference["cam01"][60]  # pictures[1] is frame 60
    box = Box.around(xy).squared(1.3)
    x0, y0, side = (round(v) for v in (box.x, box.y, box.width))
    rgb = pictures[1]
    part = np.zeros((side, side, 3), dtype=np.uint8)
    left, top, right, bottom = max(x0, 0), max(y0, 0), min(x0 + side, rgb.shape[1]), min(y0 + side, rgb.shape[0])
    part[top - y0 : bottom - y0, left - x0 : right - x0] = rgb[top:bottom, left:right]
    spec = upstream_spec(find_upstream("efficientpose-rt"))
    session = onnxruntime.InferenceSession(installed, providers=["CPUExecutionProvider"])
    maps = session.run(None, {"image": _normalised(part, spec)})[0][0]
    rows, columns = np.divmod(maps.reshape(len(maps), -1).argmax(axis=1), maps.shape[2])
    found = np.stack([columns, rows], axis=1) * side / maps.shape[1] + (x0, y0)
    skeleton = load_skeleton("mpii16")
    votes = []
    for joint in ("Shoulder", "Elbow", "Hip", "Knee", "Ankle"):
        for ours, same, other in (("right", "R", "L"), ("left", "L", "R")):
            point = found[skeleton.index(f"{ours}_{joint.lower()}")]
            to_same = np.linalg.norm(point - xy[names.index(same + joint)])
            votes.append(to_same < np.linalg.norm(point - xy[names.index(other + joint)]))
    assert sum(votes) >= 9
