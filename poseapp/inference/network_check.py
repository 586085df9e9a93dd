"""Looks at a network file before anything runs it: what is refused here never reaches ONNX Runtime.

A network is data: pickles run programs when they are opened, so only ONNX is taken, and of ONNX only what a pose
network needs. External data could read any file of this machine, custom operators need foreign code, and subgraphs
and functions can make a small file run without end.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from poseapp.core.errors import BadInputError
from poseapp.core.metadata import METADATA_KEY, spec_from_json
from poseapp.core.types import ModelSpec
from poseapp.inference.wire import Wire, message, text

REMEDY = "Choose a network exported by poseapp, or run `poseapp models install NAME`"
MAX_BYTES = 1 << 29  # the largest network of the papers has 260 MB
MAX_NODES = 10_000
MAX_FIELDS = 1_000_000  # parts of the file that are looked at one by one, a microsecond each; EfficientPose I has 8000
_MAX_DESCRIPTION = 1 << 20  # characters
_PLAIN_DOMAINS = ("", "ai.onnx")
# Numbers of fields in onnx.proto (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto).
_GRAPH, _METADATA, _TRAINING, _FUNCTIONS = 7, 14, 20, 25
_NODE, _INITIALIZER, _INPUT, _OUTPUT, _SPARSE_INITIALIZER = 1, 5, 11, 12, 15
_OPERATOR, _ATTRIBUTE, _DOMAIN = 4, 5, 7
_NODE_TEXTS, _END_NAME = (1, 2, 3, 4, 7), 1
_ONE_TENSOR, _ONE_GRAPH, _TENSORS, _GRAPHS, _ONE_SPARSE, _SPARSES = 5, 6, 10, 11, 22, 23
_DIMS, _EXTERNAL_DATA, _DATA_LOCATION = 1, 13, 14
_VALUES_PER_BYTE = 2  # the smallest numbers have four bits
_MANY = 1 << 62

_FOREIGN: tuple[tuple[int, bytes, str], ...] = (
    (0, b"PK\x03\x04", "this is a ZIP archive, such as PyTorch saves: it can run programs when it is opened"),
    (0, b"\x80\x02", "this is a pickle: it can run programs when it is opened"),
    (0, b"\x80\x03", "this is a pickle: it can run programs when it is opened"),
    (0, b"\x80\x04", "this is a pickle: it can run programs when it is opened"),
    (0, b"\x80\x05", "this is a pickle: it can run programs when it is opened"),
    (0, b"\x89HDF", "this is an HDF5 file, such as Keras saves"),
    (0, b"\x1f\x8b", "this is a gzip archive"),
    (4, b"TFL3", "this is a TensorFlow Lite network"),
    (4, b"ORTM", "this is a network in the ORT format"),
    (8, b'{"', "this is a safetensors file: weights without a network"),
)


@dataclass(frozen=True)
class NetworkFile:
    """A network file that was looked at.

    Attributes:
        data: All of it, so that what was looked at is what runs.
        spec: Its description, with the sha256 of these bytes.
    """

    data: bytes
    spec: ModelSpec


def read_network(path: Path) -> NetworkFile:
    """Read and check a network file.

    Raises:
        BadInputError: There is none, it cannot be read, or it is not a network that can be used.
    """
    try:
        if not path.is_file():
            raise BadInputError("there is no such network file", where=str(path), remedy=REMEDY)
        size = path.stat().st_size
        if size > MAX_BYTES:
            what = f"the file has {size / 1e6:.0f} MB, and a network at most {MAX_BYTES / 1e6:.0f} MB"
            raise BadInputError(what, where=path.name, remedy=REMEDY)
        data = path.read_bytes()
    except OSError as error:
        raise BadInputError(f"the network cannot be read ({error.strerror})", where=path.name, remedy=REMEDY) from error
    return check_network(data, path.name)


def check_network(data: bytes, where: str) -> NetworkFile:
    """Check the bytes of a network file; `where` is what messages call it.

    Raises:
        BadInputError: It is not a network that can be used: what, in one line.
    """
    for place, sign, what in _FOREIGN:
        if data[place : place + len(sign)] == sign:
            raise BadInputError(what, where=where, remedy=REMEDY)
    try:
        descriptions = _Walk().model(memoryview(data))
    except ValueError as error:
        raise BadInputError(f"this is not an ONNX network ({error})", where=where, remedy=REMEDY) from error
    except BadInputError as error:
        raise BadInputError(error.what, where=where, remedy=REMEDY) from error
    if len(descriptions) != 1 or len(descriptions[0]) > _MAX_DESCRIPTION:
        raise BadInputError("this ONNX file carries no poseapp description", where=where, remedy=REMEDY)
    try:
        spec = spec_from_json(descriptions[0])
    except BadInputError as error:
        raise BadInputError(error.what, where=where, remedy=error.remedy or REMEDY) from error
    return NetworkFile(data, replace(spec, file_sha256=hashlib.sha256(data).hexdigest()))


class _Walk:
    """One walk through a file. Raises ValueError where it is no network, BadInputError where one is refused."""

    def __init__(self) -> None:
        self._wire = Wire(MAX_FIELDS)
        self._checks: dict[int, Callable[[memoryview], None]] = {
            _ONE_TENSOR: self._tensor,
            _TENSORS: self._tensor,
            _ONE_GRAPH: self._subgraph,
            _GRAPHS: self._subgraph,
            _ONE_SPARSE: self._sparse,
            _SPARSES: self._sparse,
        }

    def model(self, model: memoryview) -> list[str]:
        """Return the poseapp descriptions of a model."""
        descriptions, nodes, graphs = [], 0, 0
        for number, value in self._wire.fields(model):
            if number == _METADATA:
                entry = dict(self._wire.fields(message(value)))
                if text(entry.get(1)) == METADATA_KEY:
                    descriptions.append(text(entry.get(2)))
            elif number == _GRAPH:
                graphs += 1
                nodes += self._graph(message(value))
            elif number in (_FUNCTIONS, _TRAINING):
                raise BadInputError("the network brings functions of its own, which a pose network does not need")
        if graphs != 1:
            raise ValueError("it holds no graph" if graphs == 0 else "it holds more than one graph")
        if nodes > MAX_NODES:
            raise BadInputError(f"the network has {nodes} operations, and at most {MAX_NODES} can be used")
        return descriptions

    def _graph(self, graph: memoryview) -> int:
        """Return how many operations a graph has."""
        nodes = 0
        for number, value in self._wire.fields(graph):
            if number == _NODE:
                nodes += 1
                self._node(message(value))
            elif number == _INITIALIZER:
                self._tensor(message(value))
            elif number in (_INPUT, _OUTPUT):
                self._texts(message(value), (_END_NAME,))
            elif number == _SPARSE_INITIALIZER:
                self._sparse(message(value))
        return nodes

    def _node(self, node: memoryview) -> None:
        self._texts(node, _NODE_TEXTS)
        parts = list(self._wire.fields(node))
        for number, value in parts:
            if number == _DOMAIN and text(value) not in _PLAIN_DOMAINS:
                operator = next((text(name) for number, name in parts if number == _OPERATOR), "")
                what = f"the network uses the custom operator {_short(text(value))}.{_short(operator)}"
                raise BadInputError(f"{what}, which is not part of ONNX")
            if number == _ATTRIBUTE:
                for kind, held in self._wire.fields(message(value)):
                    if kind in self._checks:
                        self._checks[kind](message(held))

    def _texts(self, data: memoryview, numbers: tuple[int, ...]) -> None:
        """Refuse a name that is no text: what names it later, such as a message, would fail."""
        for number, value in self._wire.fields(data):
            if number in numbers:
                text(value)

    def _tensor(self, tensor: memoryview) -> None:
        count, room = 1, _VALUES_PER_BYTE * len(tensor)
        empty = False
        for number, value in self._wire.fields(tensor):
            if number == _EXTERNAL_DATA or (number == _DATA_LOCATION and value != 0):
                raise BadInputError("the network keeps weights in other files, and one file must hold everything")
            if number == _DIMS:
                for size in self._wire.integers(value):
                    empty = empty or size == 0
                    count = min(count * max(size, 1), _MANY)
        if count > room and not empty:
            raise BadInputError(f"the network names {count:.3g} weights in a place that holds far fewer")

    def _subgraph(self, _graph: memoryview) -> None:
        raise BadInputError("the network has loops or branches, which a pose network does not need")

    def _sparse(self, _tensor: memoryview) -> None:
        raise BadInputError("the network has sparse weights, which cannot be used")


def _short(words: str) -> str:
    return "".join(letter for letter in words[:40] if letter.isprintable())
