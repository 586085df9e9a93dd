"""A new description changes nothing of the network."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

onnx = pytest.importorskip("onnx")

from fixtures.tiny_networks import dots_spec, write_dots_network  # noqa: E402
from poseapp.core.calibration import Calibration, ScoreCurve  # noqa: E402
from poseapp.inference.network import load_network  # noqa: E402
from poseapp.inference.network_check import read_network  # noqa: E402
from poseapp.training.describe import describe_again  # noqa: E402


def test_graph_weights_and_other_properties_stay(tmp_path: Path) -> None:
    source = write_dots_network(tmp_path / "dots.onnx")
    model = onnx.load(source)
    entry = model.metadata_props.add()
    entry.key, entry.value = "author", "somebody"
    onnx.save(model, source)
    calibration = Calibration((ScoreCurve((0.0, 1.0), (0.0, 0.5)),), (0,) * 6, 0.5, 0.01, "made")
    spec = replace(dots_spec(), calibration=calibration)
    target = describe_again(source, spec, tmp_path / "calibrated.onnx")
    assert load_network(target, threads=1).spec == spec
    written = onnx.load(target)
    assert written.graph.SerializeToString(deterministic=True) == model.graph.SerializeToString(deterministic=True)
    assert {prop.key: prop.value for prop in written.metadata_props}["author"] == "somebody"
    assert describe_again(target, dots_spec(), target) == target  # in place, and back
    assert load_network(target, threads=1).spec == dots_spec()


def test_a_copy_does_not_claim_to_be_the_file_it_was_made_from(tmp_path: Path) -> None:
    source = write_dots_network(tmp_path / "dots.onnx")
    known = read_network(source)
    target = describe_again(source, replace(known.spec, title="Other"), tmp_path / "other.onnx")
    assert known.spec.file_sha256.encode() not in target.read_bytes()
    assert read_network(target).spec.file_sha256 == hashlib.sha256(target.read_bytes()).hexdigest()
