"""The description in an ONNX file survives the way there and back."""

import json

import pytest

from poseapp.core.errors import BadInputError
from poseapp.core.metadata import spec_from_json, spec_to_json
from poseapp.core.skeleton import load_skeleton
from poseapp.core.types import ModelSpec


def make_spec() -> ModelSpec:
    return ModelSpec(
        name="probe",
        title="Probe",
        architecture="efficientpose-rt",
        skeleton=load_skeleton("mpii16"),
        input_size=(224, 200),
        mean=(0.485, 0.456, 0.406),
        std=(0.229, 0.224, 0.225),
        beta=40.0,
        offset=(0.0, 1.5),
        licence="Apache-2.0",
        sha256="ab" * 32,
    )


def test_round_trip() -> None:
    assert spec_from_json(spec_to_json(make_spec())) == make_spec()


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"version": 1}', "nonsense"])
def test_foreign_text_is_refused(text: str) -> None:
    with pytest.raises(BadInputError, match="description cannot be read"):
        spec_from_json(text)


def test_newer_version_is_named() -> None:
    data = json.loads(spec_to_json(make_spec())) | {"version": 99}
    with pytest.raises(BadInputError, match="newer poseapp"):
        spec_from_json(json.dumps(data))
