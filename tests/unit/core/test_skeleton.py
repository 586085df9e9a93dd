"""Skeleton files say what they should, left and right above all."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from poseapp.core.errors import BadInputError
from poseapp.core.locations import resources_folder
from poseapp.core.skeleton import (
    AngleDefinition,
    Skeleton,
    counterpart,
    load_angles,
    load_skeleton,
    read_skeleton,
    side_of,
)

NAMES = sorted(p.stem for p in (resources_folder() / "skeletons").glob("*.toml") if p.stem != "angles")


@pytest.mark.parametrize("name", NAMES)
def test_mirror_swaps_sides_and_is_its_own_inverse(name: str) -> None:
    skeleton = load_skeleton(name)
    mirror = np.array(skeleton.mirror)
    assert (mirror[mirror] == np.arange(skeleton.n_keypoints)).all()
    for i, j in enumerate(mirror):
        assert skeleton.keypoints[j] == counterpart(skeleton.keypoints[i])
        assert (i == j) == (skeleton.sides[i] == "middle")


@pytest.mark.parametrize("name", NAMES)
def test_bones_cross_the_body_only_between_counterparts(name: str) -> None:
    skeleton = load_skeleton(name)
    for a, b in skeleton.bones:
        sides = {skeleton.sides[a], skeleton.sides[b]} - {"middle"}
        assert len(sides) < 2 or skeleton.mirror[a] == b


@pytest.mark.parametrize("name", NAMES)
def test_order_names_every_keypoint_once(name: str) -> None:
    skeleton = load_skeleton(name)
    assert sorted(skeleton.order) == list(range(skeleton.n_keypoints))


@pytest.mark.parametrize("name", NAMES)
def test_text_round_trip(name: str) -> None:
    skeleton = load_skeleton(name)
    assert Skeleton.from_json(skeleton.to_json()) == skeleton


def test_links_are_the_bones_unless_the_skeleton_names_them() -> None:
    assert load_skeleton("lsp14").links == load_skeleton("lsp14").bones
    mpii = load_skeleton("mpii16")
    assert len(mpii.links) == 14  # as many as EfficientPose's published networks have
    assert set(mpii.links) < set(mpii.bones)


def test_text_without_links_is_of_an_older_version() -> None:
    mpii = load_skeleton("mpii16")
    text = json.loads(mpii.to_json())
    del text["links"]
    assert Skeleton.from_json(json.dumps(text)).links == mpii.bones


def test_known_orders_of_the_field() -> None:
    assert load_skeleton("body18").keypoints[:6] == (
        "right_ankle",
        "right_knee",
        "right_hip",
        "left_hip",
        "left_knee",
        "left_ankle",
    )
    assert load_skeleton("mpii16").keypoints[10:13] == ("right_hip", "right_knee", "right_ankle")


def test_angles_come_in_pairs_with_zero_and_direction() -> None:
    angles = load_angles()
    names = {angle.name for angle in angles}
    assert len(names) == len(angles)
    for angle in angles:
        assert counterpart(angle.name) in names
        assert side_of(angle.name) == angle.side
        assert angle.zero
        assert angle.positive
        sides = {side_of(point) for point in angle.points}
        across = {"left", "right"} if angle.side == "middle" else set()  # of the line from one hip to the other
        assert sides <= {angle.side, "middle"} | across


def test_the_ankle_needs_feet() -> None:
    with_feet = {a.name for a in load_skeleton("body18").angles}
    without = {a.name for a in load_skeleton("mpii16").angles}
    assert with_feet - without == {
        f"{side}_{angle}"
        for side in ("left", "right")
        for angle in ("ankle_dorsiflexion", "foot_segment", "foot_progression")
    }


def test_virtual_point_is_the_midpoint_and_misses_with_a_part() -> None:
    skeleton = load_skeleton("body18")
    xy = np.full((2, 18, 2), np.nan)
    xy[0, skeleton.index("right_hip")] = [10, 20]
    xy[:, skeleton.index("left_hip")] = [30, 40]
    assert skeleton.point(xy, "mid_hip")[0].tolist() == [20, 30]
    assert np.isnan(skeleton.point(xy, "mid_hip")[1]).all()


@pytest.mark.parametrize("text", ["name = 3", "not toml at all =", 'name="a"\ntitle="b"\nkeypoints=[]'])
def test_malformed_file_is_one_clear_line(tmp_path: Path, text: str) -> None:
    path = tmp_path / "odd.toml"
    path.write_text(text)
    with pytest.raises(BadInputError, match=r"^odd\.toml: the skeleton file cannot be read"):
        read_skeleton(path)


def test_unknown_name() -> None:
    with pytest.raises(BadInputError, match="no such skeleton"):
        load_skeleton("octopus")


def test_angles_of_ones_own_come_after_the_shared_ones_and_travel_with_the_skeleton() -> None:
    skeleton = load_skeleton("coco17")
    lag = AngleDefinition("right_lag", "Lag R", "joint", "right", ("right_elbow", "right_wrist", "nose"), -180, 1, 360,
                          "in line", "opening", unsigned=True)  # fmt: skip
    elsewhere = replace(lag, name="toe_angle", side="middle", points=("right_elbow", "right_wrist", "racket_tip"))
    own = skeleton.with_angles((lag, elsewhere))
    assert own.angles == (*skeleton.angles, lag), "an angle whose keypoints are not there waits for them"
    again = Skeleton.from_json(own.to_json())
    assert again == own
    assert again.own_angles == (lag, elsewhere)
    assert own != skeleton
    assert own.with_angles(()) == skeleton
    assert "angles" not in json.loads(skeleton.to_json())
