"""Tones and fields, worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from poseapp.video.looks import adjust, one_field


def lines(*values):
    """A picture of one column, a value a line."""
    return np.repeat(np.array(values, np.uint8)[:, None, None], 3, axis=2)


def read(picture):
    return picture[:, 0, 0].tolist()


def test_a_table_changes_values():
    table = np.arange(256, dtype=np.uint8)[::-1].copy()
    assert read(adjust(lines(0, 10, 255), table=table, fields="both")) == [255, 245, 0]


def test_nothing_to_do_copies_nothing():
    picture = lines(1, 2, 3)
    assert adjust(picture, table=None, fields="both") is picture


def test_a_blend_takes_half_of_each_field():
    # Two fields of a flat surface, 40 apart: everywhere the mean.
    assert read(adjust(lines(100, 140, 100, 140, 100, 140), table=None, fields="blend")) == [120] * 6


@pytest.mark.parametrize(
    ("fields", "expected"), [("upper", [10, 20, 30, 40, 50, 50]), ("lower", [90, 90, 100, 110, 115, 120])]
)
def test_one_field_is_filled_between_its_lines_and_stays_in_place(fields, expected):
    assert read(adjust(lines(10, 90, 30, 110, 50, 120), table=None, fields=fields)) == expected


def test_an_odd_number_of_lines():
    assert read(one_field(lines(10, 90, 30), first=0)) == [10, 20, 30]
    assert read(one_field(lines(10, 90, 30), first=1)) == [90, 90, 90]
    assert read(one_field(lines(10), first=1)) == [10]
