"""What annotations say."""

from __future__ import annotations

import pytest

from poseapp.core.items import Annotation, Shape
from poseapp.gui.annotations.words import format_length, length_text, parse_length, value_words, words_of

pytestmark = pytest.mark.gui


def say(shape, *points, metres=0.0, scale=None, seconds=0.0):
    return value_words(Annotation(shape, points, 0, 9, metres=metres), metres_per_px=scale, seconds=seconds)


def test_a_ruler_reads_pixels_until_one_is_known():
    assert say(Shape.RULER, (10, 10), (13, 14)) == "5.0 px"
    assert say(Shape.RULER, (10, 10), (110, 10), scale=0.001) == "10.0 cm"
    assert say(Shape.RULER, (10, 10), (110, 10), scale=0.005) == "50 cm"
    assert say(Shape.RULER, (10, 10), (1510, 10), scale=0.001) == "1.500 m"
    assert say(Shape.RULER, (10, 10), (110, 10), metres=0.85, scale=0.0085) == "85 cm known"


def test_a_goniometer_reads_degrees_and_tenths_where_its_legs_are_long():
    assert say(Shape.GONIOMETER, (100, 0), (0, 0), (0, 100)) == "90.0°"
    assert say(Shape.GONIOMETER, (40, 0), (0, 0), (0, 100)) == "90°"
    assert say(Shape.GONIOMETER, (0, 0), (0, 0), (0, 100)) == "–"


def test_a_stopwatch_reads_the_time_and_a_line_nothing():
    assert say(Shape.STOPWATCH, (1, 1), seconds=61.25) == "1:01.250"
    assert say(Shape.LINE, (1, 1), (2, 2)) == say(Shape.PLUMB, (1, 1)) == say(Shape.TEXT, (1, 1)) == ""


def test_a_name_stands_before_the_value():
    named = Annotation(Shape.STOPWATCH, ((1.0, 1.0),), 0, 9, text="Stance")
    assert words_of(named, "0:01.000") == "Stance  0:01.000"
    assert words_of(named, "") == "Stance"


@pytest.mark.parametrize(
    ("text", "metres"),
    [
        ("85 cm", 0.85),
        ("2m", 2.0),
        (" 1,5 M ", 1.5),
        ("300 mm", 0.3),
        (".5 m", 0.5),
        ("6 ft", 1.8288),
        ("10 in", 0.254),
    ],
)
def test_a_length_with_its_unit_is_understood(text, metres):
    assert parse_length(text) == pytest.approx(metres)


@pytest.mark.parametrize("text", ["", "85", "cm", "-2 m", "0 m", "2 miles", "1.2.3 m", "2 m 5"])
def test_a_length_without_a_unit_is_not_guessed(text):
    assert parse_length(text) is None


@pytest.mark.parametrize("metres", [0.85, 2.0, 0.123456, 1.8288])
def test_a_length_is_read_back(metres):
    assert parse_length(length_text(metres)) == pytest.approx(metres)


def test_lengths_change_their_unit_at_a_metre():
    assert [format_length(v, fine=True) for v in (0.432, 1.0, 1.4321)] == ["43.2 cm", "1.000 m", "1.432 m"]
    assert length_text(0.0) == ""
