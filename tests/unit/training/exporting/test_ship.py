"""A shipped network: half the size, the same answers, and its entry in the manifest."""

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")
onnxruntime = pytest.importorskip("onnxruntime")

from poseapp.core.metadata import METADATA_KEY, spec_from_json  # noqa: E402
from poseapp.core.skeleton import load_skeleton  # noqa: E402
from poseapp.inference.network import load_network  # noqa: E402
from poseapp.training.exporting.ship import Use, load_trained, ship  # noqa: E402
from poseapp.training.pack import Pack, write_pack  # noqa: E402
from poseapp.training.recipe import Recipe, SourceRecipe, StageRecipe  # noqa: E402
from poseapp.training.state import Training  # noqa: E402

RECIPE = Recipe("test-net", "fasterpose-slim", "body18", 3, 5, (SourceRecipe("a", 1),), (StageRecipe(5, (64, 64)),))


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("ship")
    Training.begin(RECIPE, load_skeleton(RECIPE.skeleton), torch.device("cpu")).save(folder / "checkpoint.pt", RECIPE)
    return folder / "checkpoint.pt", ship(folder / "checkpoint.pt", folder / "models")


def test_checkpoint_carries_its_recipe(shipped: tuple[Path, Path]) -> None:
    assert load_trained(shipped[0])[1] == RECIPE


def test_with_its_data_it_ships_in_8_bits(shipped: tuple[Path, Path], tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    points = rng.uniform(20, 60, (4, 18, 2)).astype(np.float32)
    images = tuple(rng.integers(0, 255, (80, 80, 3), dtype=np.uint8) for _ in range(4))
    write_pack(tmp_path / "a.npz", Pack(images, points))
    file = ship(shipped[0], tmp_path / "models", Use(gain=1.5, flip_test=True), data=tmp_path)
    assert file.stat().st_size < 5.2e6  # 4.4 M weights
    spec = load_network(file).spec
    assert (spec.confidence_gain, spec.flip_test, spec.input_size) == (1.5, True, (64, 64))
    assert load_network(shipped[1]).spec.confidence_gain == 1.0
    assert {path.name for path in (tmp_path / "models").iterdir()} == {"test-net.onnx", "manifest.json"}


def test_half_precision_storage_keeps_the_answers(shipped: tuple[Path, Path]) -> None:
    network = load_trained(shipped[0])[0]
    session = onnxruntime.InferenceSession(shipped[1], providers=["CPUExecutionProvider"])
    images = np.random.default_rng(0).normal(size=(2, 3, 64, 64)).astype(np.float32)
    with torch.no_grad():
        expected = network(torch.from_numpy(images)).numpy()
    (answer,) = session.run(["heatmaps"], {"image": images})
    assert answer.dtype == np.float32
    assert np.abs(answer - expected).max() < 5e-3
    assert shipped[1].stat().st_size < 9.2e6  # 4.4 M weights


def test_the_file_says_what_it_is(shipped: tuple[Path, Path]) -> None:
    session = onnxruntime.InferenceSession(shipped[1], providers=["CPUExecutionProvider"])
    spec = spec_from_json(session.get_modelmeta().custom_metadata_map[METADATA_KEY])
    assert spec.name == "test-net"
    assert spec.input_size == (64, 64)
    assert spec.activation == "sigmoid"
    assert spec.skeleton.name == "body18"


def test_manifest_names_the_file_and_its_hash(shipped: tuple[Path, Path]) -> None:
    (entry,) = json.loads((shipped[1].parent / "manifest.json").read_text(encoding="utf-8"))
    assert entry["default"] is True
    assert entry["sha256"] == hashlib.sha256(shipped[1].read_bytes()).hexdigest()
