"""The Help menu."""

from __future__ import annotations

from poseapp.gui.commands.tables.spec import ActionSpec

_A = ActionSpec

ACTIONS: tuple[ActionSpec, ...] = (
    _A("cheat_sheet", "&Keyboard shortcuts", "&Help", "help.cheat_sheet", ("?",), "keyboard"),
    _A("change_shortcuts", "&Change keyboard shortcuts…", "&Help", "help.change_shortcuts", ends_group=True),
    _A("log", "Show the &log file", "&Help", "help.show_log"),
    _A("about", "&About poseapp", "&Help", "help.about", (), "info"),
)  # fmt: skip
