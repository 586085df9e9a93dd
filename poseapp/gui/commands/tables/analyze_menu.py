"""The Analyze menu."""

from __future__ import annotations

from poseapp.gui.commands.tables.spec import ActionSpec

_A = ActionSpec

ACTIONS: tuple[ActionSpec, ...] = (
    _A("analyze", "&Analyze the clip", "&Analyze", "analyze.start", ("A",), "analyze", "idle clip",
       hint="Find the person and measure the joints in every frame"),
    _A("analyze_box", "Analyze the person I &mark…", "&Analyze", "analyze.mark_person", ("Shift+A",), "", "idle clip",
       hint="Draw a box around the person in the first frame"),
    _A("check_recording", "Check the &recording…", "&Analyze", "recording.check", ("Shift+B",), "", "pose",
       hint="Look for a view from aslant, blur, a low frame rate, feet that are cut off, and the like"),
    _A("cancel", "&Cancel", "&Analyze", "analyze.cancel", ("Ctrl+.",), "cancel", "job"),
)  # fmt: skip
