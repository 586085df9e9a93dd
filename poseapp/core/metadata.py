"""The text that makes an ONNX file ours: a `ModelSpec` as JSON under one metadata key."""

from __future__ import annotations

import json
from typing import Any

from poseapp.core.calibration import Calibration
from poseapp.core.errors import BadInputError
from poseapp.core.lineage import Lineage
from poseapp.core.skeleton import Skeleton
from poseapp.core.spec_check import check_spec
from poseapp.core.types import ModelSpec

METADATA_KEY = "poseapp"
METADATA_VERSION = 1
IMPORTED = "imported"  # architecture in whose name predictions of other tools stand: there is no network behind it
_PLAIN = (
    "name",
    "title",
    "architecture",
    "activation",
    "decode",
    "beta",
    "crop_factor",
    "confidence_gain",
    "flip_test",
    "source",
    "licence",
    "sha256",
    "file_sha256",
)
_TUPLES = ("input_size", "mean", "std", "offset")
# For files written before it was there.
_LATER: dict[str, Any] = {
    "offset": (0.0, 0.0),
    "flip_test": False,
    "calibration": None,
    "lineage": None,
    "file_sha256": "",
}


def spec_to_json(spec: ModelSpec) -> str:
    """Return the metadata text of a network."""
    data: dict[str, Any] = {name: getattr(spec, name) for name in _PLAIN + _TUPLES}
    data["skeleton"] = json.loads(spec.skeleton.to_json())
    data["calibration"] = None if spec.calibration is None else json.loads(spec.calibration.to_json())
    data["lineage"] = None if spec.lineage is None else json.loads(spec.lineage.to_json())
    return json.dumps({"version": METADATA_VERSION, **data})


def spec_from_json(text: str) -> ModelSpec:
    """Read what `spec_to_json` wrote.

    Raises:
        BadInputError: Not such a text, one that asks for what cannot be, or from a newer version of the application.
    """
    try:
        data = _LATER | json.loads(text)
        if data["version"] > METADATA_VERSION:
            raise BadInputError("the network was exported by a newer poseapp", remedy="Update poseapp")
        plain: dict[str, Any] = {name: data[name] for name in _PLAIN}
        tuples: dict[str, Any] = {name: tuple(data[name]) for name in _TUPLES}
        skeleton = Skeleton.from_json(json.dumps(data["skeleton"]))
        calibration, lineage = _calibration(data["calibration"], skeleton), _lineage(data["lineage"])
        spec = ModelSpec(skeleton=skeleton, calibration=calibration, lineage=lineage, **plain, **tuples)
        check_spec(spec)
        return spec
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise BadInputError(f"the network's description cannot be read ({error})") from error


def _calibration(data: object, skeleton: Skeleton) -> Calibration | None:
    if data is None:
        return None
    calibration = Calibration.from_json(json.dumps(data))
    if len(calibration.curve_of) != skeleton.n_keypoints:
        raise ValueError(f"calibrated for {len(calibration.curve_of)} keypoints, has {skeleton.n_keypoints}")
    return calibration


def _lineage(data: object) -> Lineage | None:
    return None if data is None else Lineage.from_json(json.dumps(data))
