"""The description in an ONNX file survives the way there and back."""

import json
from dataclasses import replace

import pytest

from poseapp.core.calibration import Calibration, ScoreCurve
from poseapp.core.errors import BadInputError
from poseapp.core.lineage import Lineage
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


def make_calibrated() -> ModelSpec:
    curve = ScoreCurve((0.0, 0.25, 1.0), (0.0, 0.5, 0.875))
    return replace(make_spec(), calibration=Calibration((curve,), (0,) * 16, 0.25, 0.0625, "lspet"))


def test_a_calibration_travels_along() -> None:
    assert spec_from_json(spec_to_json(make_calibrated())) == make_calibrated()


def test_files_from_before_calibrations_have_none() -> None:
    data = json.loads(spec_to_json(make_spec()))
    del data["calibration"]
    assert spec_from_json(json.dumps(data)) == make_spec()


@pytest.mark.parametrize("wrong", [{"curve_of": [0]}, {"curves": []}, {"cov_scale": "wide"}, {"unheard": 1}])
def test_a_calibration_that_does_not_fit_is_refused(wrong: dict[str, object]) -> None:
    data = json.loads(spec_to_json(make_calibrated()))
    data["calibration"] |= wrong
    with pytest.raises(BadInputError, match="description cannot be read"):
        spec_from_json(json.dumps(data))


def make_fine_tuned() -> ModelSpec:
    return replace(make_spec(), lineage=Lineage("poseapp-fast", "cd" * 32, "2026-11-20", 1, 20, 260, 6.5, 3.25))


def test_the_origin_of_a_fine_tuned_network_travels_along() -> None:
    assert spec_from_json(spec_to_json(make_fine_tuned())) == make_fine_tuned()


def test_files_from_before_fine_tuning_have_no_origin() -> None:
    data = json.loads(spec_to_json(make_spec()))
    del data["lineage"]
    assert spec_from_json(json.dumps(data)) == make_spec()


@pytest.mark.parametrize("wrong", ["poseapp-fast", [], {"parent": "x"}, {"clips": "many"}])
def test_an_origin_that_is_none_is_refused_in_one_line(wrong: object) -> None:
    data = json.loads(spec_to_json(make_fine_tuned()))
    data["lineage"] = data["lineage"] | wrong if isinstance(wrong, dict) and "clips" in wrong else wrong
    with pytest.raises(BadInputError, match="origin cannot be read") as caught:
        spec_from_json(json.dumps(data))
    assert "\n" not in str(caught.value)
