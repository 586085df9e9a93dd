"""The Clip menu."""

from __future__ import annotations

from poseapp.gui.tables.spec import ActionSpec

_A = ActionSpec

ACTIONS: tuple[ActionSpec, ...] = (
    _A("play", "&Play or pause", "&Clip", "clip.toggle", ("Space",), "play", "clip"),
    _A("back", "One frame &back", "&Clip", "clip.step(-1)", ("Left",), "step-back", "clip"),
    _A("forward", "One frame &on", "&Clip", "clip.step(1)", ("Right",), "step-forward", "clip"),
    _A("back10", "Ten frames back", "&Clip", "clip.step(-10)", ("Shift+Left",), "", "clip"),
    _A("forward10", "Ten frames on", "&Clip", "clip.step(10)", ("Shift+Right",), "", "clip"),
    _A("previous_marked", "Previous corrected frame", "&Clip", "clip.marked(-1)", ("Ctrl+Left",), "", "pose"),
    _A("next_marked", "Next corrected frame", "&Clip", "clip.marked(1)", ("Ctrl+Right",), "", "pose"),
    _A("first", "&First frame", "&Clip", "clip.first", ("Home",), "first", "clip"),
    _A("last", "&Last frame", "&Clip", "clip.last", ("End",), "last", "clip", ends_group=True),
    _A("slower", "&Slower", "&Clip", "clip.speed(-1)", (",",), "", "clip"),
    _A("faster", "Fas&ter", "&Clip", "clip.speed(1)", (".",), "", "clip"),
)  # fmt: skip
