"""What a stranger's network does when it runs, it does to a process of its own."""

from __future__ import annotations

import time
from pathlib import Path

import onnx
import pytest
from onnx import helper

from fixtures.tiny_networks import write_dots_network
from poseapp.core.errors import BadInputError, CancelledError
from poseapp.inference.network_check import read_network
from poseapp.inference.trial import try_network


def test_a_good_network_passes(tmp_path: Path) -> None:
    try_network(write_dots_network(tmp_path / "n.onnx"))


def test_what_is_wrong_comes_back_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match=r"^n\.onnx: the network gives .* has 6 keypoints") as caught:
        try_network(write_dots_network(tmp_path / "n.onnx", k=5))
    assert "\n" not in str(caught.value)


def test_a_network_that_asks_for_all_memory_ends_there(tmp_path: Path) -> None:
    """Forty times the same maps beside themselves: 2 kB of file, 2^40 times the memory."""
    path = write_dots_network(tmp_path / "bomb.onnx", any_size=True)
    model = onnx.load(path)
    last = model.graph.node[-1].output[0]
    for number in range(40):
        model.graph.node.append(helper.make_node("Concat", [last, last], [f"twice{number}"], axis=1))
        last = f"twice{number}"
    model.graph.output[0].name = last
    model.graph.output[0].type.tensor_type.shape.dim[1].dim_param = "many"
    onnx.save(model, path)
    read_network(path)  # nothing to be seen from outside
    before = time.monotonic()
    with pytest.raises(BadInputError, match=r"^bomb\.onnx: "):
        try_network(path)
    assert time.monotonic() - before < 60


def test_a_network_that_does_not_answer_is_ended(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match=r"did not answer within 0\.05 s"):
        try_network(write_dots_network(tmp_path / "n.onnx"), seconds=0.05)


def test_a_cancel_ends_the_process_at_once(tmp_path: Path) -> None:
    path = write_dots_network(tmp_path / "n.onnx")
    before = time.monotonic()
    with pytest.raises(CancelledError):
        try_network(path, cancel=lambda: True)
    assert time.monotonic() - before < 3
