"""A description that would do harm, or cannot be used, is refused in one line; every shipped one is not."""

import json
from dataclasses import replace

import pytest

from poseapp.core.errors import BadInputError
from poseapp.core.metadata import spec_from_json, spec_to_json
from poseapp.core.skeleton import load_skeleton
from poseapp.core.spec_check import MAX_KEYPOINTS, check_skeleton
from poseapp.core.types import ModelSpec

SKELETONS = ("blazepose33", "body18", "body21", "coco17", "halpe26", "lsp14", "mpii16")
SPEC = ModelSpec("probe", "Probe", "tiny", load_skeleton("mpii16"), (64, 64), (0.5, 0.5, 0.5), (0.25, 0.25, 0.25))


def refusal(data: dict) -> str:
    """Return the one line in which a description is refused."""
    with pytest.raises(BadInputError) as caught:
        spec_from_json(json.dumps(data))
    assert "\n" not in str(caught.value)
    return str(caught.value)


def with_keypoint(name: object) -> dict:
    """Return the description of a network whose first keypoint is called so."""
    data = json.loads(spec_to_json(SPEC))
    old = data["skeleton"]["keypoints"][0]["name"]
    return json.loads(json.dumps(data).replace(json.dumps(old), json.dumps(name)))


@pytest.mark.parametrize("name", SKELETONS)
def test_every_shipped_skeleton_is_fine(name: str) -> None:
    check_skeleton(load_skeleton(name))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": "../../evil"}, "name of the network"),
        ({"name": ""}, "name of the network"),
        ({"name": "x" * 65}, "1 to 64 characters"),
        ({"name": "a\u0007b"}, "characters that no name may have"),
        ({"name": 3}, "name of the network"),
        ({"title": "x" * 5000}, "title"),
        ({"title": "a\u001b[2Jb"}, "control characters"),
        ({"licence": None}, "licence"),
        ({"input_size": [100000, 100000]}, "1 to 2048 px"),
        ({"input_size": [0, 64]}, "1 to 2048 px"),
        ({"input_size": [64.5, 64]}, "1 to 2048 px"),
        ({"input_size": [64]}, "1 to 2048 px"),
        ({"mean": [0.5, 0.5]}, "mean"),
        ({"std": [0.0, 1.0, 1.0]}, "must be positive"),
        ({"std": ["a", 1.0, 1.0]}, "std"),
        ({"offset": [float("inf"), 0.0]}, "offset"),
        ({"offset": [1e308, 0.0]}, "at most 1000000"),
        ({"std": [1e-320, 1.0, 1.0]}, "must be positive"),
        ({"beta": "steep"}, "beta"),
        ({"beta": -1.0}, "must be positive"),
        ({"crop_factor": float("nan")}, "crop_factor"),
        ({"activation": "eval"}, "decoding"),
        ({"decode": "guess"}, "decoding"),
        ({"flip_test": "yes"}, "decoding"),
    ],
)
def test_what_cannot_be_used_is_refused(change: dict, words: str) -> None:
    assert words in refusal(json.loads(spec_to_json(SPEC)) | change)


@pytest.mark.parametrize("name", ["../knee", "a/b", "a\\b", "C:knee", "a\nb", "a\u0000b", "", " ", ".hidden", "x" * 65])
def test_hostile_keypoint_names_are_refused(name: str) -> None:
    assert "name of a keypoint" in refusal(with_keypoint(name))


@pytest.mark.parametrize("name", ["racket tip", "Ferse links", "踵", "toe (shoe)"])
def test_peoples_own_names_are_fine(name: str) -> None:
    assert spec_from_json(json.dumps(with_keypoint(name))).skeleton.keypoints[0] == name


def test_thousands_of_keypoints_are_refused() -> None:
    data = json.loads(spec_to_json(SPEC))
    data["skeleton"] |= {"keypoints": [{"name": f"k{i}", "sigma": 0.1} for i in range(MAX_KEYPOINTS + 1)]}
    data["skeleton"] |= {"bones": [], "links": [], "virtual": {}, "limbs": {}}
    del data["skeleton"]["order"]
    assert "257 keypoints; 1 to 256" in refusal(data)
    data["skeleton"]["keypoints"] = []
    assert "0 keypoints" in refusal(data)


@pytest.mark.parametrize("virtual", [{"a": ["a"]}, {"a": ["b"], "b": ["a"]}, {"a": []}, {"a": ["nowhere"]}])
def test_a_virtual_point_made_of_itself_is_refused(virtual: dict) -> None:
    data = json.loads(spec_to_json(SPEC))
    data["skeleton"]["virtual"] = virtual
    assert "virtual point" in refusal(data)


def test_a_calibration_is_made_of_numbers() -> None:
    data = json.loads(spec_to_json(SPEC))
    curve = {"peaks": [0.0, 1.0], "scores": [0.0, 1.0]}
    data["calibration"] = {"curves": [curve], "curve_of": [0.5] * 16}
    assert "whole numbers" in refusal(data)


def test_text_nested_without_end_is_refused() -> None:
    with pytest.raises(BadInputError, match="description cannot be read"):
        spec_from_json('{"a":' * 100_000)


def test_the_file_is_told_but_makes_no_other_network() -> None:
    known = replace(SPEC, file_sha256="ab" * 32)
    assert known == SPEC
    assert spec_from_json(spec_to_json(known)).file_sha256 == "ab" * 32
    data = json.loads(spec_to_json(SPEC))
    del data["file_sha256"]
    assert spec_from_json(json.dumps(data)).file_sha256 == ""
