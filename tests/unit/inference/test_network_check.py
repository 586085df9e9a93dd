"""A file that is broken, foreign or hostile is refused in one line before anything runs it."""

from __future__ import annotations

import hashlib
import pickle
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import TensorProto, helper, numpy_helper

from fixtures.tiny_networks import dots_spec, write_dots_network
from poseapp.core.errors import BadInputError
from poseapp.inference import network_check
from poseapp.inference.network import load_network
from poseapp.inference.network_check import check_network, read_network


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The bytes of a network with few weights: most of them are structure."""
    return write_dots_network(tmp_path_factory.mktemp("bare") / "bare.onnx", any_size=True).read_bytes()


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The bytes of a network that works."""
    return write_dots_network(tmp_path_factory.mktemp("dots") / "dots.onnx").read_bytes()


def refusal(data: bytes) -> str:
    """Return the one line in which bytes are refused."""
    with pytest.raises(BadInputError) as caught:
        check_network(data, "x.onnx")
    line = str(caught.value)
    assert line.startswith("x.onnx: ")
    assert "\n" not in line
    return line


def changed(whole: bytes, change: Callable[[onnx.ModelProto], object]) -> bytes:
    model = onnx.load_from_string(whole)
    change(model)
    return model.SerializeToString()


def test_a_good_network_is_known_by_its_bytes(whole: bytes) -> None:
    file = check_network(whole, "x.onnx")
    assert file.spec == dots_spec()
    assert file.spec.file_sha256 == hashlib.sha256(whole).hexdigest()


def test_the_loaded_network_says_which_file_it_is(tmp_path: Path, whole: bytes) -> None:
    path = tmp_path / "n.onnx"
    path.write_bytes(whole)
    assert load_network(path).spec.file_sha256 == hashlib.sha256(whole).hexdigest()


class Evil:
    """Runs a program when it is unpickled."""

    def __reduce__(self) -> tuple:
        return (eval, ("1/0",))


def test_pickles_and_archives_are_refused_unopened(tmp_path: Path) -> None:
    for protocol in (2, 3, 4, 5):
        assert "this is a pickle" in refusal(pickle.dumps(Evil(), protocol=protocol))
    path = tmp_path / "model.onnx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("archive/data.pkl", pickle.dumps(Evil()))
    assert "ZIP archive, such as PyTorch saves" in refusal(path.read_bytes())


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\x89HDF\r\n\x1a\n" + bytes(50), "HDF5"),
        (b"\x1f\x8b" + bytes(50), "gzip"),
        (b"\x1c\x00\x00\x00TFL3" + bytes(50), "TensorFlow Lite"),
        (b"\x1c\x00\x00\x00ORTM" + bytes(50), "ORT format"),
        (b"\x10\x00\x00\x00\x00\x00\x00\x00" + b'{"weight": 1}   ', "safetensors"),
        (b"", "it holds no graph"),
        (b"nonsense", "not an ONNX network"),
        (b"\x0b", "unknown kind"),
        (b"\x3a\xff\xff\xff\xff\x0f", "cut off"),
        (b"\x08" + b"\xff" * 11, "does not end"),
        (b"\x00\x01", "without a number"),
        (b"\x38\x05", "a number where a message"),
    ],
)
def test_other_bytes_are_refused(data: bytes, words: str) -> None:
    assert words in refusal(data)


def test_external_data_is_refused_wherever_it_hides(whole: bytes, tmp_path: Path) -> None:
    (tmp_path / "secret.bin").write_bytes(bytes(72))

    def point_out(tensor: TensorProto) -> None:
        tensor.ClearField("raw_data")
        tensor.data_location = TensorProto.EXTERNAL
        tensor.external_data.add(key="location", value="../../../../etc/passwd")

    assert "one file must hold everything" in refusal(changed(whole, lambda m: point_out(m.graph.initializer[0])))

    def in_constant(model: onnx.ModelProto) -> None:
        node = helper.make_node("Constant", [], ["c"], value=numpy_helper.from_array(np.zeros(3, np.float32)))
        point_out(node.attribute[0].t)
        model.graph.node.append(node)

    assert "one file must hold everything" in refusal(changed(whole, in_constant))


def test_custom_operators_are_refused(whole: bytes) -> None:
    def add(model: onnx.ModelProto) -> None:
        model.graph.node[1].domain = "com.evil"

    assert "custom operator com.evil.Relu" in refusal(changed(whole, add))


def test_the_long_name_of_the_plain_domain_is_fine(whole: bytes) -> None:
    def rename(model: onnx.ModelProto) -> None:
        model.graph.node[1].domain = "ai.onnx"

    check_network(changed(whole, rename), "x.onnx")


def loop(depth: int) -> onnx.GraphProto:
    """Return loops in loops."""
    nodes = [helper.make_node("Loop", ["n", ""], ["y"], body=loop(depth - 1))] if depth else []
    return helper.make_graph(nodes, "body", [], [])


@pytest.mark.parametrize("depth", [1, 30])
def test_subgraphs_are_refused(whole: bytes, depth: int) -> None:
    assert "loops or branches" in refusal(changed(whole, lambda m: m.graph.node.extend(loop(depth).node)))


def test_functions_are_refused(whole: bytes) -> None:
    function = helper.make_function("own", "f", ["x"], ["y"], [], [helper.make_opsetid("", 17)])
    assert "functions of its own" in refusal(changed(whole, lambda m: m.functions.append(function)))


def test_sparse_weights_are_refused(whole: bytes) -> None:
    assert "sparse" in refusal(changed(whole, lambda m: m.graph.sparse_initializer.add()))


def test_weights_that_are_not_there_are_refused(whole: bytes) -> None:
    def inflate(model: onnx.ModelProto) -> None:
        model.graph.initializer[0].dims[:] = [1 << 40, 1 << 20]

    assert "1.15e+18 weights" in refusal(changed(whole, inflate))

    def negate(model: onnx.ModelProto) -> None:
        model.graph.initializer[0].dims[0] = -1

    assert "weights in a place that holds far fewer" in refusal(changed(whole, negate))


def test_a_file_of_crumbs_is_given_up_soon(whole: bytes) -> None:
    """Millions of parts of two bytes each would take minutes to look at; so would their product as a size."""
    words = "more parts than a network needs"
    assert words in refusal(whole + b"\x08\x01" * 1_100_000)
    tensor = b"\x0a\xc0\xcf\x24" + b"\x7f" * 600_000  # a tensor with 600 000 dimensions
    initializer = b"\x2a" + _length(len(tensor)) + tensor
    graph = b"\x3a" + _length(2 * len(initializer)) + 2 * initializer
    before = time.monotonic()
    assert "far fewer" in refusal(graph)
    assert time.monotonic() - before < 10


def _length(number: int) -> bytes:
    parts = [number >> shift & 0x7F for shift in range(0, 35, 7)]
    return bytes([part | 0x80 for part in parts[:-1]] + parts[-1:])


def test_an_empty_tensor_is_fine(whole: bytes) -> None:
    """As Resize takes one for what it does not use."""
    check_network(changed(whole, lambda m: m.graph.initializer.add(name="roi", data_type=1, dims=[0])), "x.onnx")


def test_too_many_operations_are_refused(whole: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network_check, "MAX_NODES", 3)
    assert "has 4 operations" in refusal(whole)


def test_a_file_too_large_is_not_read(tmp_path: Path, whole: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "n.onnx"
    path.write_bytes(whole)
    monkeypatch.setattr(network_check, "MAX_BYTES", 100)
    with pytest.raises(BadInputError, match="and a network at most"):
        read_network(path)


def test_two_graphs_or_descriptions_are_refused(whole: bytes) -> None:
    assert "more than one graph" in refusal(whole + whole)
    assert "no poseapp description" in refusal(changed(whole, lambda m: m.ClearField("metadata_props")))


@pytest.mark.parametrize("more", ["inputs", "outputs"])
def test_more_than_one_input_or_output_is_refused(tmp_path: Path, whole: bytes, more: str) -> None:
    value = helper.make_tensor_value_info("mean", TensorProto.FLOAT, None)
    path = tmp_path / "n.onnx"
    path.write_bytes(changed(whole, lambda m: (m.graph.output if more == "outputs" else m.graph.input).append(value)))
    if more == "inputs":
        path.write_bytes(
            changed(whole, lambda m: m.graph.input.append(helper.make_tensor_value_info("z", TensorProto.FLOAT, [1])))
        )
    with pytest.raises(BadInputError, match=rf"2 {more}|1 inputs and 2 outputs"):
        load_network(path)


def test_a_network_of_other_numbers_is_refused(tmp_path: Path, whole: bytes) -> None:
    def flatten(model: onnx.ModelProto) -> None:
        model.graph.node.append(helper.make_node("Cast", ["heatmaps"], ["out"], to=TensorProto.DOUBLE))
        model.graph.output[0].name = "out"
        model.graph.output[0].type.tensor_type.elem_type = TensorProto.DOUBLE

    path = tmp_path / "n.onnx"
    path.write_bytes(changed(whole, flatten))
    with pytest.raises(BadInputError, match="32-bit numbers"):
        load_network(path)


def works_or_is_refused(path: Path, data: bytes) -> bool:
    """Load what may be a network; any exception but one line of ours is the failure of a test."""
    path.write_bytes(data)
    line, network = "", None
    try:
        network = load_network(path, threads=1)
    except BadInputError as error:
        line = str(error)
    assert "\n" not in line
    assert len(line) < 500
    return network is not None


@settings(max_examples=150, deadline=None)
@given(cut=st.integers(0, 10_000))
def test_a_truncated_file_is_refused(tmp_path_factory: pytest.TempPathFactory, whole: bytes, cut: int) -> None:
    path = tmp_path_factory.getbasetemp() / "cut.onnx"
    assert not works_or_is_refused(path, whole[: cut % len(whole)])


@settings(max_examples=300, deadline=None)
@given(flips=st.lists(st.tuples(st.integers(0, 1 << 30), st.integers(0, 7)), min_size=1, max_size=4))
def test_flipped_bits_work_or_are_refused(
    tmp_path_factory: pytest.TempPathFactory, bare: bytes, flips: list[tuple[int, int]]
) -> None:
    data = bytearray(bare)
    for place, bit in flips:
        data[place % len(data)] ^= 1 << bit
    works_or_is_refused(tmp_path_factory.getbasetemp() / "flip.onnx", bytes(data))


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400))
def test_random_bytes_are_refused(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    assert not works_or_is_refused(tmp_path_factory.getbasetemp() / "random.onnx", data)
