"""The Analyze menu."""

from __future__ import annotations

from poseapp.gui.commands.tables.spec import ActionSpec

_A = ActionSpec

ACTIONS: tuple[ActionSpec, ...] = (
    _A("analyze", "&Analyze the clip", "&Analyze", "analyze.start", ("A",), "analyze", "idle clip",
       hint="Find the person and measure the joints in every frame"),
    _A("analyze_box", "Analyze the person I &mark…", "&Analyze", "analyze.mark_person", ("Shift+A",), "", "idle clip",
       hint="Draw a box around the person in the first frame"),
    _A("cancel", "&Cancel", "&Analyze", "analyze.cancel", ("Ctrl+.",), "cancel", "job"),
)  # fmt: skip
