"""An exported network at half the size: weights stored as float16, computed with as float32.

onnxruntime folds the casts when it loads the file, so that nothing is slower afterwards.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
from onnx import numpy_helper

HALF_TOLERANCE = 1e-2  # of the largest heatmap value
_SMALLEST = 1024  # values; smaller weights stay as they are


def halve_weights(source: Path, target: Path) -> Path:
    """Write a copy of an ONNX file whose large float32 weights are stored as float16 behind a Cast.

    Description and graph stay the same. Rounding changes answers by about 1e-3 of their size.
    """
    model = onnx.load(source)
    graph = model.graph
    for tensor in list(graph.initializer):
        values = numpy_helper.to_array(tensor)
        if values.dtype != np.float32 or values.size < _SMALLEST:
            continue
        name = f"{tensor.name}.half"
        graph.initializer.append(numpy_helper.from_array(values.astype(np.float16), name))
        graph.initializer.remove(tensor)
        graph.node.insert(0, onnx.helper.make_node("Cast", [name], [tensor.name], to=onnx.TensorProto.FLOAT))
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, target)
    return target
