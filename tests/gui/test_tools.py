"""Gestures as generators: one commit at release, none for a click or a cancelled drag."""

from __future__ import annotations

import pytest

from poseapp.core.geometry import Box
from poseapp.core.types import Key
from poseapp.gui.style.tools import Pointer, drag_box, drag_keypoint, drag_view

pytestmark = pytest.mark.gui

KEY = Key(3, 0, 5)


class Host:
    def __init__(self):
        self.calls = []

    def preview(self, key, x=0.0, y=0.0):
        self.calls.append(("preview", key, x, y))

    def commit(self, key, x, y):
        self.calls.append(("commit", key, x, y))

    def preview_box(self, box):
        self.calls.append(("preview box", box))

    def commit_box(self, box):
        self.calls.append(("box", box))

    def pan_by(self, dx, dy):
        self.calls.append(("pan", dx, dy))

    def clicked_empty(self, x, y):
        self.calls.append(("empty", x, y))


def at(phase, x, y, scale=2.0):
    return Pointer(phase, (x / scale, y / scale), (x, y))


def play(gesture, *pointers):
    next(gesture)
    for pointer in pointers[:-1]:
        gesture.send(pointer)
    with pytest.raises(StopIteration):
        gesture.send(pointers[-1])


def test_a_drag_previews_and_commits_once_keeping_the_grip():
    host = Host()
    gesture = drag_keypoint(host, KEY, (51.0, 40.0), at("move", 100, 80))  # taken 1 px left of the keypoint
    play(gesture, at("move", 104, 80), at("move", 120, 90), at("release", 120, 90))
    assert host.calls == [
        ("preview", KEY, 53.0, 40.0),
        ("preview", KEY, 61.0, 45.0),
        ("preview", None, 0.0, 0.0),
        ("commit", KEY, 61.0, 45.0),
    ]


def test_a_click_commits_nothing():
    host = Host()
    play(drag_keypoint(host, KEY, (50.0, 40.0), at("move", 100, 80)), at("move", 101, 81), at("release", 101, 81))
    assert host.calls == [("preview", None, 0.0, 0.0)]


def test_a_cancelled_drag_commits_nothing():
    host = Host()
    play(drag_keypoint(host, KEY, (50.0, 40.0), at("move", 100, 80)), at("move", 150, 80), at("cancel", 0, 0))
    assert [call[0] for call in host.calls] == ["preview", "preview"]
    assert host.calls[-1][1] is None


def test_panning_moves_by_what_the_pointer_moved():
    host = Host()
    play(drag_view(host, at("move", 10, 10), is_click_meant=True), at("move", 30, 15), at("release", 30, 15))
    assert host.calls == [("pan", 20, 5)]


def test_a_click_on_nothing_is_told():
    host = Host()
    play(drag_view(host, at("move", 10, 10), is_click_meant=True), at("release", 10, 10))
    assert host.calls == [("empty", 5.0, 5.0)]


def test_a_box_goes_from_corner_to_corner_in_any_direction():
    host = Host()
    play(drag_box(host, at("move", 60, 80)), at("move", 20, 120), at("release", 20, 120))
    box = Box(10.0, 40.0, 20.0, 20.0)
    assert host.calls == [("preview box", box), ("preview box", None), ("box", box)]


def test_a_click_draws_no_box():
    host = Host()
    play(drag_box(host, at("move", 60, 80)), at("release", 60, 80))
    assert host.calls == [("preview box", None)]
