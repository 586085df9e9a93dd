"""Keypoints of one scheme become those of another: the right ones, on the right side, and none that were missing."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from poseapp.core.geometry import Affine
from poseapp.core.schema import keypoint_parts, map_flags, map_keypoints, upper_keypoints
from poseapp.core.skeleton import load_skeleton

NAMES = ("lsp14", "mpii16", "coco17", "halpe26", "blazepose33", "body18")
PAIRS = list(product(NAMES, NAMES))
SEEDS = st.integers(0, 2**16)


def random_people(skeleton_name: str, seed: int, missing: float = 0.2) -> np.ndarray:
    rng = np.random.default_rng(seed)
    xy = rng.uniform(-200, 800, (3, load_skeleton(skeleton_name).n_keypoints, 2))
    xy[rng.random(xy.shape[:2]) < missing] = np.nan
    return xy


def columns(source: str, target: str) -> dict[str, list[str]]:
    """Return by name what each keypoint of the target is made of."""
    a, b = load_skeleton(source), load_skeleton(target)
    parts = keypoint_parts(a, b)
    return {name: [a.keypoints[i] for i in parts[k]] for k, name in enumerate(b.keypoints)}


def test_mpii_from_lsp_gets_its_trunk_from_hips_and_shoulders() -> None:
    found = columns("lsp14", "mpii16")
    assert found["pelvis"] == ["right_hip", "left_hip"]
    assert found["thorax"] == ["right_shoulder", "left_shoulder"]
    assert found["neck"] == ["neck"]
    assert all(found.values())


def test_coco_has_no_neck_and_no_crown_to_give() -> None:
    for source in ("coco17", "blazepose33"):
        for target in ("lsp14", "mpii16", "body18", "halpe26"):
            found = columns(source, target)
            assert found["neck"] == found["head_top"] == []


def test_the_front_of_the_foot_has_two_names() -> None:
    assert columns("blazepose33", "body18")["left_big_toe"] == ["left_foot_index"]
    assert columns("halpe26", "blazepose33")["right_foot_index"] == ["right_big_toe"]


def test_body18_begins_with_lsp14_and_takes_its_feet_from_halpe() -> None:
    lsp, body = load_skeleton("lsp14"), load_skeleton("body18")
    assert keypoint_parts(lsp, body) == (*((k,) for k in range(14)), (), (), (), ())
    assert columns("halpe26", "body18") == {name: [name] for name in body.keypoints}


def test_hand_worked_numbers() -> None:
    lsp, mpii = load_skeleton("lsp14"), load_skeleton("mpii16")
    xy = np.full((14, 2), np.nan)
    xy[lsp.index("right_hip")], xy[lsp.index("left_hip")] = (10, 20), (13, 30)
    xy[lsp.index("right_shoulder")] = (1, 2)
    mapped = map_keypoints(xy, lsp, mpii)
    assert mapped[mpii.index("pelvis")].tolist() == [11.5, 25]
    assert np.isnan(mapped[mpii.index("thorax")]).all()  # one shoulder is not enough
    assert mapped[mpii.index("right_shoulder")].tolist() == [1, 2]
    assert np.isfinite(mapped[:, 0]).sum() == 4


@pytest.mark.parametrize("name", NAMES)
@given(seed=SEEDS)
def test_a_map_to_itself_changes_nothing(name: str, seed: int) -> None:
    xy, skeleton = random_people(name, seed), load_skeleton(name)
    assert np.array_equal(map_keypoints(xy, skeleton, skeleton), xy, equal_nan=True)


@pytest.mark.parametrize(("source", "target"), PAIRS)
def test_left_stays_left(source: str, target: str) -> None:
    a, b = load_skeleton(source), load_skeleton(target)
    for side, parts in zip(b.sides, keypoint_parts(a, b), strict=True):
        assert {a.sides[part] for part in parts} <= ({side} if side != "middle" else {"left", "right", "middle"})
        if side == "middle":  # as much of one side as of the other
            assert sum(a.sides[part] == "left" for part in parts) == sum(a.sides[part] == "right" for part in parts)


@pytest.mark.parametrize(("source", "target"), PAIRS)
@settings(max_examples=15)
@given(seed=SEEDS)
def test_the_missing_stays_missing(source: str, target: str, seed: int) -> None:
    a, b = load_skeleton(source), load_skeleton(target)
    xy = random_people(source, seed, missing=0.4)
    mapped = map_keypoints(xy, a, b)
    for column, parts in enumerate(keypoint_parts(a, b)):
        known = np.isfinite(xy[:, list(parts), 0]).all(axis=1) & bool(parts)
        assert np.array_equal(np.isfinite(mapped[:, column]).all(axis=-1), known)
        assert np.array_equal(np.isnan(mapped[:, column]).all(axis=-1), ~known)


@pytest.mark.parametrize(("source", "target"), PAIRS)
@settings(max_examples=15)
@given(seed=SEEDS)
def test_mapping_commutes_with_mirroring_and_with_any_affine_map(source: str, target: str, seed: int) -> None:
    a, b = load_skeleton(source), load_skeleton(target)
    xy = random_people(source, seed)
    flip = Affine(np.array([[-1.0, 0.0, 639.0], [0.0, 1.0, 0.0]]))
    mirrored = map_keypoints(flip(xy)[:, list(a.mirror)], a, b)
    assert np.allclose(mirrored, flip(map_keypoints(xy, a, b))[:, list(b.mirror)], equal_nan=True)
    move = Affine(np.random.default_rng(seed).uniform(-2, 2, (2, 3)))
    assert np.allclose(map_keypoints(move(xy), a, b), move(map_keypoints(xy, a, b)), atol=1e-9, equal_nan=True)


def test_float32_stays_float32_and_a_wrong_number_of_keypoints_is_refused() -> None:
    lsp, coco = load_skeleton("lsp14"), load_skeleton("coco17")
    assert map_keypoints(np.zeros((2, 14, 2), np.float32), lsp, coco).dtype == np.float32
    with pytest.raises(ValueError, match="not the 17 keypoints of coco17"):
        map_keypoints(np.zeros((14, 2)), coco, lsp)


def test_a_flag_of_one_part_is_a_flag_of_the_mean() -> None:
    lsp, mpii = load_skeleton("lsp14"), load_skeleton("mpii16")
    flags = np.zeros((1, 14), bool)
    flags[0, lsp.index("left_hip")] = True
    mapped = map_flags(flags, lsp, mpii)[0]
    assert {name for name, flag in zip(mpii.keypoints, mapped, strict=True) if flag} == {"left_hip", "pelvis"}
    assert not map_flags(np.ones((1, 14), bool), lsp, load_skeleton("body18"))[0, 14:].any()


def test_the_upper_body_is_hrnets_on_mpii() -> None:
    mpii = load_skeleton("mpii16")
    lower = {name for name, upper in zip(mpii.keypoints, upper_keypoints(mpii), strict=True) if not upper}
    sides = {f"{side}_{name}" for side in ("left", "right") for name in ("ankle", "knee", "hip")}
    assert lower == sides | {"pelvis"}


@pytest.mark.parametrize("name", NAMES)
def test_both_sides_lie_in_the_same_half(name: str) -> None:
    skeleton = load_skeleton(name)
    upper = np.array(upper_keypoints(skeleton))
    assert np.array_equal(upper, upper[list(skeleton.mirror)])
    assert upper[skeleton.index("left_shoulder")]
    assert not upper[skeleton.index("left_hip")]
    assert 6 <= (~upper).sum() <= 13
