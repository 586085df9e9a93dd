"""What one row of the tables of actions says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Need = Literal[
    "", "clip", "pose", "keypoint", "undo", "redo", "idle clip", "job", "moments", "moment", "swap moment", "drawing",
    "zone", "events", "bookmarks", "chosen item", "chosen event", "improvable", "improving", "new network",
]  # fmt: skip
MENUS = ("&File", "&Edit", "&View", "&Clip", "&Analyze", "&Correct", "&Draw", "&Measure", "M&odel", "&Help")


@dataclass(frozen=True)
class ActionSpec:
    """One action.

    Attributes:
        name: Unique, such as "undo".
        title: As in the menu; "&" marks the mnemonic.
        menu: One of `MENUS`, followed by "/" and a submenu where it has one.
        handler: Topic and method, such as "correct.mark_visible"; an argument may follow in brackets: "clip.step(-1)".
        shortcuts: The first is shown.
        icon: A name of `icons`, "" for none.
        need: What must be there for it to be enabled.
        checkable: It stays on; the handler is told whether.
        hint: A sentence for the tool tip, "" for the title.
        ends_group: A line follows it in its menu.
        zone_title: Its title while there is a working zone that it acts on, "" for the same.
    """

    name: str
    title: str
    menu: str
    handler: str
    shortcuts: tuple[str, ...] = ()
    icon: str = ""
    need: Need = ""
    checkable: bool = False
    hint: str = ""
    ends_group: bool = False
    zone_title: str = ""
