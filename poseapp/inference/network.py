"""A pose network on the processor: an ONNX file with our description in it, run by ONNX Runtime."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from poseapp.core.errors import BadInputError
from poseapp.core.types import Float32, ModelSpec
from poseapp.inference.catalog import own_name
from poseapp.inference.network_check import REMEDY, read_network

if TYPE_CHECKING:
    import onnxruntime

UInt8 = npt.NDArray[np.uint8]

_PROVIDERS = ["CPUExecutionProvider"]


class Network:
    """A loaded network. May be used from any thread, by one at a time.

    Attributes:
        path: Where it came from.
        spec: Its description, from the file; one of the user's library has the name that it has there.
        any_size: Whether it takes pictures of any height and width that are multiples of 32 px.
    """

    def __init__(self, path: str | Path, threads: int = 0) -> None:
        """Load a network; `threads` 0 takes one a processor core.

        Raises:
            BadInputError: No such file, not ONNX, nothing that should run, without our description, or with one that
                does not fit the network.
        """
        self.path = Path(path)
        file = read_network(self.path)
        self.spec: ModelSpec = replace(file.spec, name=own_name(self.path) or file.spec.name)
        self._session = _open_session(file.data, self.path, threads)
        image, maps = self._check_ends()
        self._input, self.any_size = image.name, not any(isinstance(side, int) for side in image.shape[2:])
        self._output = maps.name
        deviation = 255.0 * np.asarray(self.spec.std, np.float32)
        self._scale = (1.0 / deviation).astype(np.float32)
        self._shift = (-255.0 * np.asarray(self.spec.mean, np.float32) / deviation).astype(np.float32)
        self._check_outputs()

    def heatmaps(self, crops: UInt8) -> Float32:
        """Return the heatmaps (N, K, h, w), as the network gives them, of crops (N, H, W, 3) RGB.

        Raises:
            BadInputError: Crops of a size that the network does not take.
        """
        batch = np.empty((len(crops), 3, *crops.shape[1:3]), np.float32)
        for channel in range(3):
            np.multiply(crops[..., channel], self._scale[channel], out=batch[:, channel])
            batch[:, channel] += self._shift[channel]
        try:
            result = self._session.run([self._output], {self._input: batch})
        except _onnx_errors() as error:
            raise BadInputError(
                f"the network cannot take {batch.shape} ({_first_line(error)})",
                where=self.path.name,
                remedy=REMEDY,
            ) from error
        return np.asarray(result[0], dtype=np.float32)

    def _check_ends(self) -> tuple[onnxruntime.NodeArg, onnxruntime.NodeArg]:
        """Return the one input and the one output."""
        try:
            inputs, outputs = self._session.get_inputs(), self._session.get_outputs()
            sizes = [end.shape for end in (*inputs, *outputs)]
        except UnicodeDecodeError as error:
            raise BadInputError(
                "the network's input or output has no proper name", where=self.path.name, remedy=REMEDY
            ) from error
        if len(inputs) != 1 or len(outputs) != 1:
            what = f"the network has {len(inputs)} inputs and {len(outputs)} outputs, and a pose network one of each"
            raise BadInputError(what, where=self.path.name, remedy=REMEDY)
        image, maps = inputs[0], outputs[0]
        if not image.type == maps.type == "tensor(float)" or len(sizes[0]) != 4 or sizes[0][1] != 3:
            what = "the network does not take pictures (N, 3, height, width) of 32-bit numbers and give such maps"
            raise BadInputError(what, where=self.path.name, remedy=REMEDY)
        return image, maps

    def _check_outputs(self) -> None:
        height, width = self.spec.input_size
        shape = self.heatmaps(np.zeros((1, height, width, 3), np.uint8)).shape
        expected = self.spec.skeleton.n_keypoints
        if len(shape) != 4 or shape[1] != expected:
            raise BadInputError(
                f"the network gives {shape} where its skeleton {self.spec.skeleton.name!r} has {expected} keypoints",
                where=self.path.name,
                remedy=REMEDY,
            )


def load_network(path: str | Path, threads: int = 0) -> Network:
    """Return the network in an ONNX file; see `Network` for what is refused."""
    return Network(path, threads)


def _open_session(data: bytes, path: Path, threads: int) -> onnxruntime.InferenceSession:
    import onnxruntime  # here, and not above: half a second that starting the window need not pay

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    # Threads that spin while they wait take the processor from the decoder that runs ahead (and from other programs).
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.add_session_config_entry("session.load_model_format", "ONNX")
    options.log_severity_level = 4  # what goes wrong comes as an exception, once
    try:
        return onnxruntime.InferenceSession(data, options, providers=_PROVIDERS, enable_fallback=0)
    except _onnx_errors() as error:
        raise BadInputError(
            f"this is not an ONNX network ({_first_line(error)})", where=path.name, remedy=REMEDY
        ) from error


def _onnx_errors() -> tuple[type[Exception], ...]:
    """Return what ONNX Runtime raises; its exceptions have no common base of their own."""
    from onnxruntime.capi import onnxruntime_pybind11_state as state

    own = (kind for kind in vars(state).values() if isinstance(kind, type) and issubclass(kind, Exception))
    return (*own, RuntimeError, ValueError, MemoryError)  # names in a file need not be UTF-8, sizes need not fit


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0][:160] if str(error).strip() else type(error).__name__
