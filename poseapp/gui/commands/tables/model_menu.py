"""The Model menu."""

from __future__ import annotations

from poseapp.gui.commands.tables.spec import ActionSpec

_A = ActionSpec

ACTIONS: tuple[ActionSpec, ...] = (
    _A("improve", "&Improve model…", "M&odel", "improve.show", ("Ctrl+I",), "improve", "clip", checkable=True,
       hint="Let a network learn from the corrected frames, and prove that it became better"),
    _A("improve_start", "&Start or go on learning", "M&odel", "improve.start", ("Ctrl+Shift+I",), "play", "improvable",
       hint="Train a network on the corrected frames, or go on where it was paused or stopped"),
    _A("improve_pause", "&Pause learning", "M&odel", "improve.pause", ("Ctrl+Shift+U",), "pause", "improving"),
    _A("improve_cancel", "&Cancel learning", "M&odel", "improve.cancel", ("Ctrl+Shift+.",), "cancel", "improving",
       ends_group=True),
    _A("use_network", "&Use the new network", "M&odel", "improve.use", (), "check", "new network",
       hint="From now on clips are analysed with it"),
    _A("old_network", "Go &back to the old network", "M&odel", "improve.go_back", (), "undo", "new network",
       hint="From now on clips are analysed with the network that the new one came from"),
    _A("analyze_again", "&Analyze again with the new network", "M&odel", "improve.analyze_again", ("Ctrl+Shift+R",),
       "analyze", "new network", hint="Corrections stay on top", ends_group=True),
    _A("networks", "&Networks…", "M&odel", "networks.show", ("Ctrl+Shift+N",), "",
       hint="List, name, give away and choose networks"),
)  # fmt: skip
