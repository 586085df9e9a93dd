"""Right and left of a joint or keypoint share a plot."""

from __future__ import annotations

from poseapp.core.skeleton import load_skeleton
from poseapp.gui.plots.angle_groups import DEFAULT_SHOWN, group_angles, group_plots


def test_groups_cover_every_angle_once():
    definitions = load_skeleton("body18").angles
    groups = group_angles(definitions)
    assert sorted(m.column for g in groups for m in g.members) == list(range(len(definitions)))
    knee = next(g for g in groups if g.name == "knee_flexion")
    assert knee.title == "Knee flexion"
    assert [definitions[m.column].name for m in knee.members] == ["right_knee_flexion", "left_knee_flexion"]
    assert knee.zero == "0° = thigh and shank in line"
    trunk = next(g for g in groups if g.name == "trunk_segment")
    assert trunk.title == "Trunk"
    assert len(trunk.members) == 1


def test_velocities_and_keypoints_follow_the_angles():
    skeleton = load_skeleton("body18")
    groups = {g.name: g for g in group_plots(skeleton.angles, skeleton)}
    assert len(groups) == len(group_plots(skeleton.angles, skeleton))
    velocity = groups["velocity:knee_flexion"]
    assert (velocity.title, velocity.unit, velocity.kind) == ("Knee flexion velocity", "°/s", "velocity")
    y = groups["y:knee"]
    assert [skeleton.keypoints[m.column] for m in y.members] == ["right_knee", "left_knee"]
    assert [m.side for m in y.members] == ["right", "left"]
    assert (y.title, y.unit) == ("Knee y", "px")
    assert [m.side for m in groups["x:head_top"].members] == ["middle"]
    columns = [m.column for g in groups.values() if g.quantity == "x" for m in g.members]
    assert sorted(columns) == list(range(skeleton.n_keypoints))
    kinds = [g.kind for g in groups.values()]
    assert kinds == sorted(kinds, key=kinds.index)  # a heading comes once


def test_an_angle_knows_its_keypoints_through_the_midpoints():
    skeleton = load_skeleton("body18")
    hip = next(g for g in group_angles(skeleton.angles, skeleton) if g.name == "hip_flexion")
    names = {skeleton.keypoints[k] for k in hip.members[0].keypoints}
    assert names == {"right_knee", "right_hip", "left_hip", "right_shoulder", "left_shoulder"}
    assert hip.members[0].period == 360
    assert group_angles(skeleton.angles)[0].members[0].keypoints == ()


def test_default_choice_exists_in_the_shipped_skeletons():
    for name in ("body18", "mpii16"):
        names = {g.name for g in group_angles(load_skeleton(name).angles)}
        assert set(DEFAULT_SHOWN) <= names
