"""Tables of angles of one's own: read, written, refused in one clear line."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poseapp.core.angle_table import (
    angle_name,
    check_angle_names,
    merged,
    read_angle_table,
    write_angle_table,
)
from poseapp.core.errors import BadInputError
from poseapp.core.locations import resources_folder
from poseapp.core.skeleton import AngleDefinition, load_angles

LAG = AngleDefinition("lag", "Lag", "joint", "middle", ("right_elbow", "right_wrist", "racket_tip"), 10.5, -1, 180,
                      'in "line" \\ é', "opening\x7f\n", unsigned=True, plane="picture")  # fmt: skip
ENTRY = """
[[angle]]
name = "{side}_lag"
title = "Racket lag"
points = ["{side}_elbow", "{side}_wrist", "racket_tip"]
zero = "in line"
positive = "opening"
"""


def test_an_entry_for_both_sides_takes_what_it_does_not_say_from_the_usual() -> None:
    right, left = read_angle_table(ENTRY)
    points, words = ("right_elbow", "right_wrist", "racket_tip"), ("in line", "opening")
    assert right == AngleDefinition("right_lag", "Racket lag R", "joint", "right", points, 0, 1, 360, *words)
    assert (left.name, left.side, left.points[1]) == ("left_lag", "left", "left_wrist")
    assert read_angle_table(write_angle_table((right, left))) == (right, left)


def test_the_shipped_table_has_the_same_syntax() -> None:
    text = (resources_folder() / "skeletons" / "angles.toml").read_text(encoding="utf-8")
    with pytest.raises(BadInputError, match="there is a shared angle 'right_knee_flexion' already"):
        read_angle_table(text)
    mine = read_angle_table(text.replace('name = "', 'name = "my_').replace('"my_{side}_', '"{side}_my_'))
    assert [replace(a, name=a.name.replace("my_", "")) for a in mine] == list(load_angles())


numbers = st.floats(-1e3, 1e3)
angles = st.builds(
    AngleDefinition,
    name=st.from_regex(r"mine(_[a-z0-9]{1,5}){0,2}", fullmatch=True),
    title=st.text(min_size=1, max_size=9),
    kind=st.just("joint"),
    side=st.just("middle"),
    points=st.sampled_from([("nose", "neck"), ("a", "b", "c"), ("a", "b", "b", "c")]),
    offset=numbers,
    scale=numbers.filter(bool),
    period=st.sampled_from([180.0, 360.0]),
    zero=st.text(min_size=1, max_size=9),
    positive=st.text(min_size=1, max_size=9),
    unsigned=st.booleans(),
    plane=st.sampled_from(["sagittal", "frontal", "picture"]),
)


@given(st.lists(angles, max_size=4, unique_by=lambda a: a.name))
def test_whatever_is_written_is_read_again(table: list[AngleDefinition]) -> None:
    assert read_angle_table(write_angle_table(table)) == tuple(table)


def test_awkward_letters_survive() -> None:
    assert read_angle_table(write_angle_table([LAG])) == (LAG,)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("angle = 3", "holds [[angle]] and nothing else"),
        ("[[angel]]", "holds [[angle]] and nothing else"),
        ("", "holds [[angle]] and nothing else"),
        ("[[angle", "is not TOML"),
        (ENTRY.replace("positive", "negative"), "angle 1 ({side}_lag): 'positive' is missing"),
        (ENTRY + 'colour = "red"', "angle 1 ({side}_lag): there is no 'colour' of an angle"),
        (ENTRY + "period = 90", "'period' has to be 360, 180 or 720"),
        (ENTRY + "scale = 0", "'scale' has to be a number but 0"),
        (ENTRY + "offset = nan", "'offset' has to be a number of degrees"),
        (ENTRY + "unsigned = 1", "'unsigned' has to be true or false"),
        (ENTRY + 'plane = "sideways"', "'plane' has to be"),
        (ENTRY + 'kind = "knot"', "'kind' has to be"),
        (ENTRY.replace('"racket_tip"', '"{side}_wrist"'), "'points' has to be 2, 3 or 4 different"),
        (ENTRY.replace('"racket_tip"', "7"), "'points' has to be 2, 3 or 4 different"),
        (ENTRY.replace('"{side}_lag"', '"{side.__class__}"'), "'name' has to be small letters"),
        (ENTRY.replace('"{side}_lag"', '"Lag!"'), "angle 1 (Lag!): 'name' has to be small letters"),
        (ENTRY.replace('"{side}_lag"', "4"), "angle 1: 'name' has to be a text"),
        (ENTRY + ENTRY, "there is an angle 'right_lag' already"),
        (ENTRY * 201, "200 angles at most, not 201"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(text: str, words: str) -> None:
    with pytest.raises(BadInputError) as caught:
        read_angle_table(text, "my.toml")
    assert words in str(caught.value)
    assert "my.toml" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_definitions_are_merged_by_name() -> None:
    one, other = replace(LAG, name="a"), replace(LAG, name="b")
    newer = replace(one, title="New")
    assert merged((one, other), (newer, LAG)) == (newer, other, LAG)
    check_angle_names((one, other))


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Racket lag R", "right_racket_lag"),
        ("Racket lag left", "left_racket_lag"),
        ("Neck", "neck"),
        ("R", "r"),
        ("2nd toe (Big)", "nd_toe_big"),
        ("é!", ""),
    ],
)
def test_a_title_makes_the_name_in_files(title: str, name: str) -> None:
    assert angle_name(title) == name


def test_the_example_in_the_documentation_can_be_read() -> None:
    text = (Path(__file__).resolve().parents[3] / "docs" / "own-keypoints-and-angles.md").read_text(encoding="utf-8")
    example = text.partition("```toml\n")[2].partition("```")[0]
    assert [angle.name for angle in read_angle_table(example)] == ["right_racket_lag", "left_racket_lag"]
