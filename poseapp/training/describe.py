"""Another description in an ONNX file: the graph and its weights stay as they are."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import onnx

from poseapp.core.atomic import atomic_path
from poseapp.core.metadata import METADATA_KEY, spec_to_json
from poseapp.core.types import ModelSpec


def describe_again(source: Path, spec: ModelSpec, target: Path) -> Path:
    """Write a copy of a network that carries another description.

    Args:
        source: An ONNX network.
        spec: Its new description.
        target: May be `source`.

    Raises:
        BadInputError: The target cannot be written.
    """
    model = onnx.load(source, load_external_data=False)
    others = {prop.key: prop.value for prop in model.metadata_props if prop.key != METADATA_KEY}
    onnx.helper.set_model_props(model, {METADATA_KEY: spec_to_json(replace(spec, file_sha256="")), **others})
    with atomic_path(target) as path:
        onnx.save(model, path)
    return target
