"""Right and left of a joint share a plot."""

from __future__ import annotations

from poseapp.core.skeleton import load_skeleton
from poseapp.gui.angle_groups import DEFAULT_SHOWN, group_angles


def test_groups_cover_every_angle_once():
    definitions = load_skeleton("body18").angles
    groups = group_angles(definitions)
    assert sorted(c for g in groups for c in g.columns) == list(range(len(definitions)))
    knee = next(g for g in groups if g.name == "knee_flexion")
    assert knee.title == "Knee flexion"
    assert [definitions[c].name for c in knee.columns] == ["right_knee_flexion", "left_knee_flexion"]
    assert knee.zero == "thigh and shank in line"
    trunk = next(g for g in groups if g.name == "trunk_segment")
    assert trunk.title == "Trunk"
    assert len(trunk.columns) == 1


def test_default_choice_exists_in_the_shipped_skeletons():
    for name in ("body18", "mpii16"):
        names = {g.name for g in group_angles(load_skeleton(name).angles)}
        assert set(DEFAULT_SHOWN) <= names
