"""The Measure menu."""

from __future__ import annotations

from poseapp.gui.commands.tables.spec import ActionSpec

_A = ActionSpec

ACTIONS: tuple[ActionSpec, ...] = (
    _A("choose_plots", "&Choose what is plotted…", "&Measure", "measure.choose", ("Ctrl+P",), "settings", "pose",
       hint="Angles, their velocities, and the ways of keypoints"),
    _A("raw_curves", "&Unfiltered curves beneath", "&Measure", "measure.raw", ("Ctrl+R",), "", "pose", checkable=True,
       hint="Draw thin what the keypoints were before they were smoothed"),
    _A("cycles", "C&ycles instead of time", "&Measure", "measure.cycles", ("Y",), "", "pose", checkable=True,
       hint="Cut at events, and show mean and spread over 0 to 100 % of a cycle", ends_group=True),
    _A("save_plots", "&Save the plots…", "&Measure", "measure.save", ("Ctrl+Shift+E",), "export", "pose",
       hint="Write the plots on show as a picture (PNG) or a drawing (SVG)"),
    _A("white_plots", "Save plots on &white", "&Measure", "measure.white", (), "", "", checkable=True,
       hint="For paper; otherwise they are saved in the colours of the window"),
)  # fmt: skip
