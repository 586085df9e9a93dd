"""Keras files are read strictly: made here, small, and broken in turn."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import h5py
import numpy as np
import pytest

torch = pytest.importorskip("torch")

from poseapp.core.errors import BadInputError  # noqa: E402
from poseapp.nets.efficientpose import VARIANTS, EfficientPose  # noqa: E402
from poseapp.training.exporting.keras_weights import (  # noqa: E402
    keras_name,
    load_keras_weights,
    read_keras_arrays,
)


@pytest.fixture(scope="module")
def network() -> object:
    torch.manual_seed(5)
    return EfficientPose(replace(VARIANTS["i"], n_keypoints=3, n_links=2))


@pytest.fixture
def arrays(network: object) -> dict[str, np.ndarray]:
    """The arrays a Keras file of this network would hold."""
    result = {}
    for key, value in network.state_dict().items():
        if not key.endswith("num_batches_tracked"):
            array = value.numpy()
            if array.ndim == 4:
                array = array.transpose((2, 3, 0, 1) if ".depthwise." in key else (2, 3, 1, 0))
            result[keras_name(key)] = array
    return result


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("high.stem.0.weight", "stem_conv_res1/kernel"),
        ("low.stem.1.running_var", "stem_bn_res2/moving_variance"),
        ("high.layers.block3c.depthwise.0.weight", "block3c_dwconv_res1/depthwise_kernel"),
        ("high.layers.block2a.expand.1.weight", "block2a_expand_bn_res1/gamma"),
        ("low.layers.block1a.squeeze.expand.bias", "block1a_se_expand_res2/bias"),
        ("skeleton.output.weight", "pass1_skeleton_pafs/kernel"),
        ("detections.0.output.bias", "pass2_detection1_confs/bias"),
        (
            "detections.1.blocks.0.third.squeeze.reduce.weight",
            "pass3_block1_mbconv3_detection2_se_se_squeeze_conv/kernel",
        ),
        ("skeleton.blocks.0.first.project.1.bias", "pass1_block1_mbconv1_skeleton_conv2_bn/beta"),
    ],
)
def test_names_follow_upstream(key: str, name: str) -> None:
    assert keras_name(key) == name


def test_every_name_is_used_once(network: object) -> None:
    keys = [key for key in network.state_dict() if not key.endswith("num_batches_tracked")]
    assert len({keras_name(key) for key in keys}) == len(keys)


def test_a_round_trip_restores_the_network(network: object, arrays: dict[str, np.ndarray]) -> None:
    torch.manual_seed(6)
    other = EfficientPose(network.config)
    load_keras_weights(other, arrays)
    assert all(torch.equal(value, network.state_dict()[key]) for key, value in other.state_dict().items())


@pytest.mark.parametrize("damage", ["missing", "extra", "shape"])
def test_a_difference_is_refused_before_anything_is_copied(
    damage: str, network: object, arrays: dict[str, np.ndarray]
) -> None:
    if damage == "missing":
        del arrays["stem_conv_res2/kernel"]
    elif damage == "extra":
        arrays["block9a_dwconv_res1/depthwise_kernel"] = np.zeros((3, 3, 4, 1), dtype=np.float32)
    else:
        arrays["pass2_detection1_confs/bias"] = np.zeros(4, dtype=np.float32)
    other = EfficientPose(network.config)
    before = {key: value.clone() for key, value in other.state_dict().items()}
    with pytest.raises(BadInputError, match=r"weights\.h5: the weights are of another network \(1 difference"):
        load_keras_weights(other, arrays, where="weights.h5")
    assert all(torch.equal(value, before[key]) for key, value in other.state_dict().items())


def test_upscaling_that_was_trained_is_refused(network: object, arrays: dict[str, np.ndarray]) -> None:
    arrays["upscaled_confs/kernel"] = np.ones((4, 4, 3, 3), dtype=np.float32)
    arrays["upscaled_confs/bias"] = np.zeros(3, dtype=np.float32)
    with pytest.raises(BadInputError, match="upscaled_confs is not the fixed bilinear"):
        load_keras_weights(network, arrays)


def test_a_file_that_is_not_keras_gives_one_line(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="there is no such file"):
        read_keras_arrays(tmp_path / "none.h5")
    text = tmp_path / "text.h5"
    text.write_text("hello")
    with pytest.raises(BadInputError, match="not a Keras weight file"):
        read_keras_arrays(text)
    with h5py.File(tmp_path / "other.h5", "w") as file:
        file["x"] = 1
    with pytest.raises(BadInputError, match="not a Keras weight file"):
        read_keras_arrays(tmp_path / "other.h5")


def test_arrays_are_named_by_layer_and_weight(tmp_path: Path) -> None:
    path = tmp_path / "small.h5"
    with h5py.File(path, "w") as file:
        root = file.create_group("model_weights")
        root.attrs["layer_names"] = [b"stem_conv_res1"]
        layer = root.create_group("stem_conv_res1")
        layer.attrs["weight_names"] = [b"stem_conv/kernel:0"]
        layer["stem_conv/kernel:0"] = np.arange(6.0)
    arrays = read_keras_arrays(path)
    assert list(arrays) == ["stem_conv_res1/kernel"]
    assert arrays["stem_conv_res1/kernel"].dtype == np.float32
