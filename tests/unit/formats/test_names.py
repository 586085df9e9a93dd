"""Names of keypoints as other tools write them."""

from __future__ import annotations

import pytest

from poseapp.core.skeleton import load_skeleton
from poseapp.formats.names import our_name, our_names, skeleton_for


@pytest.mark.parametrize(
    ("foreign", "ours"),
    [
        ("RKnee", "right_knee"),
        ("LBigToe", "left_big_toe"),
        ("knee_r", "right_knee"),
        ("right knee", "right_knee"),
        ("Left-Elbow", "left_elbow"),
        ("leftear", "left_ear"),
        ("left_eye", "left_eye"),
        ("Nose", "nose"),
        ("MidHip", "pelvis"),
        ("Hip", "pelvis"),
        ("RHip", "right_hip"),
        ("Head", "head_top"),
        ("tailbase", "tailbase"),
        ("Left Paw", "left_paw"),
        ("A", "a"),
        ("L", "l"),
        ("rear", "rear"),
    ],
)
def test_names_of_other_tools(foreign: str, ours: str) -> None:
    assert our_name(foreign) == ours


def test_every_shipped_name_stays() -> None:
    for shipped in ("body21", "coco17", "halpe26", "mpii16", "lsp14", "blazepose33"):
        names = load_skeleton(shipped).keypoints
        assert our_names(names) == names


def test_two_of_one_name_stay_apart() -> None:
    assert our_names(["RKnee", "knee_r", "nose"]) == ("right_knee", "knee_r", "nose")


def test_the_skeleton_of_known_names_is_a_shipped_one() -> None:
    coco = load_skeleton("coco17")
    assert skeleton_for(coco.keypoints[::-1]) == coco
    assert skeleton_for(["nose", "left_knee"]).name == "body21"


def test_unknown_names_become_a_skeleton_of_their_own() -> None:
    skeleton = skeleton_for(["snout", "left_ear", "right_ear", "tailbase"], [(0, 3)])
    assert skeleton.keypoints == ("snout", "left_ear", "right_ear", "tailbase")
    assert skeleton.bones == ((0, 3),)
    assert skeleton.mirror == (0, 2, 1, 3)


def test_an_own_skeleton_of_a_body_has_bones_limbs_and_angles() -> None:
    names = ["left_eye", "right_hip", "left_hip", "right_knee", "left_knee", "right_ankle", "left_ankle"]
    skeleton = skeleton_for(names)
    assert (names.index("right_knee"), names.index("right_ankle")) in {tuple(sorted(b)) for b in skeleton.bones}
    assert dict(skeleton.limbs)["leg"] == ("left_hip", "left_knee", "left_ankle")
    assert "right_knee_flexion" in {angle.name for angle in skeleton.angles}
