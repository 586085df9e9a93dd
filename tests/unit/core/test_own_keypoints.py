"""Keypoints of one's own: names, sides, bones, and which column of a network says what."""

from __future__ import annotations

import pytest

from poseapp.core.errors import BadInputError
from poseapp.core.own_keypoints import (
    OwnKeypoint,
    appended_by,
    as_known_to,
    check_name,
    columns_between,
    columns_of_network,
    extended,
    unknown_to,
)
from poseapp.core.skeleton import Skeleton, load_skeleton

BASE = load_skeleton("coco17")  # 17 keypoints, right_wrist is the 11th, left_wrist the 10th
TIP = OwnKeypoint("racket_tip", ("right_wrist",))
LEFT, RIGHT = OwnKeypoint("left_marker", ("left_wrist",)), OwnKeypoint("right_marker", ("right_wrist",))


def test_a_keypoint_is_appended_with_its_bone_and_the_rest_stays() -> None:
    longer = extended(BASE, [TIP])
    assert longer.keypoints == (*BASE.keypoints, "racket_tip")
    assert longer.bones == (*BASE.bones, (10, 17))
    assert longer.order == (*BASE.order, 17)
    assert longer.mirror == (*BASE.mirror, 17)
    assert longer.sigmas[17] == BASE.sigmas[10] == 0.062
    assert longer.sides[17] == "middle"
    assert longer.title == "COCO, 17 keypoints + racket tip"
    assert longer.extends(BASE)
    assert longer.extends(longer)
    assert not BASE.extends(longer)
    assert not longer.extends(load_skeleton("mpii16"))


def test_two_sides_become_a_mirror_pair_and_swap_with_the_limb_they_hang_on() -> None:
    pair = extended(BASE, [RIGHT, LEFT])
    assert pair.mirror[17:] == (18, 17)
    assert pair.sides[17:] == ("right", "left")
    assert dict(pair.limbs) == {"arm": ("left_shoulder", "left_elbow", "left_wrist", "left_marker"),
                                "leg": ("left_hip", "left_knee", "left_ankle")}  # fmt: skip
    assert extended(extended(BASE, [RIGHT]), [LEFT]) == pair
    lone = extended(BASE, [RIGHT])
    assert (lone.mirror[17], lone.limbs) == (17, BASE.limbs)


def test_the_text_of_an_extended_skeleton_round_trips() -> None:
    pair = extended(BASE, [RIGHT, LEFT, TIP])
    assert Skeleton.from_json(pair.to_json()) == pair
    assert appended_by(pair, BASE) == (RIGHT, LEFT, TIP)
    assert extended(BASE, appended_by(pair, BASE)) == pair
    with pytest.raises(ValueError, match="does not begin"):
        appended_by(BASE, pair)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Racket", "small letters"),
        ("racket tip", "small letters"),
        ("", "small letters"),
        ("_tip", "small letters"),
        ("a" * 41, "small letters"),
        ("racket_right", "right_racket"),
        ("heel_of_left_shoe", "left_heel_of_shoe"),
        ("left", "left_marker"),
        ("nose", "another name"),
        ("mid_hip", "another name"),
    ],
)
def test_a_name_that_cannot_be_says_why(name: str, words: str) -> None:
    with pytest.raises(BadInputError) as caught:
        check_name(BASE, name)
    assert words in caught.value.remedy


def test_a_bone_needs_a_keypoint_at_its_other_end() -> None:
    with pytest.raises(BadInputError, match="racket_tip cannot hang on left_hand"):
        extended(BASE, [OwnKeypoint("racket_tip", ("left_hand",))])
    with pytest.raises(BadInputError, match="twice"):
        extended(BASE, [OwnKeypoint("racket_tip", ("nose", "nose"))])
    assert extended(BASE, [OwnKeypoint("ball")]).bones == BASE.bones


def test_which_column_is_which_after_a_change() -> None:
    a, b, c = (OwnKeypoint(name) for name in "abc")
    assert columns_between((), (a,), 2) == ((0, 0), (1, 1))
    assert columns_between((a, b, c), (a, c), 1) == ((0, 0), (1, 1), (3, 2))
    assert columns_between((a, c), (a, b, c), 1) == ((0, 0), (1, 1), (2, 3))
    assert columns_between((a, b), (a, OwnKeypoint("d", (), ("b",))), 1) == ((0, 0), (1, 1), (2, 2))


def test_a_network_is_read_by_any_name_a_keypoint_has_had() -> None:
    renamed = OwnKeypoint("bat_tip", ("right_wrist",), ("racket_tip",))
    ball = OwnKeypoint("ball")
    project = extended(BASE, [ball, renamed])
    own = (ball, renamed)
    assert columns_of_network(BASE, project, own) == (*range(17), -1, -1)
    assert columns_of_network(extended(BASE, [TIP]), project, own) == (*range(17), -1, 17)
    assert columns_of_network(extended(BASE, [TIP, ball]), project, own) == (*range(17), 18, 17)
    assert columns_of_network(extended(BASE, [TIP]), BASE, ()) == tuple(range(17))


def test_what_a_network_does_not_know_is_known_by_every_name() -> None:
    renamed = OwnKeypoint("bat_tip", ("right_wrist",), ("racket_tip",))
    ball = OwnKeypoint("ball", ("bat_tip", "nose"))
    project = extended(BASE, [renamed, ball])
    network = extended(BASE, [TIP])
    assert unknown_to(network, (renamed, ball)) == (OwnKeypoint("ball", ("nose",)),)
    assert unknown_to(BASE, (renamed, ball)) == (renamed, ball)
    assert as_known_to(network, project, (renamed, ball)).keypoints == (*BASE.keypoints, "racket_tip", "ball")
    assert as_known_to(project, project, (renamed, ball)) == project
