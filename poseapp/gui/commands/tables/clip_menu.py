"""The Clip menu."""

from __future__ import annotations

from poseapp.gui.commands.tables.spec import ActionSpec

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
    _A("zone_start", "&Begin here", "&Clip/Working &zone", "zone.start", ("I",), "", "clip",
       hint="The working zone begins at the playhead"),
    _A("zone_end", "&End here", "&Clip/Working &zone", "zone.end", ("O",), "", "clip",
       hint="The working zone ends with the frame at the playhead"),
    _A("zone_clear", "&Take away", "&Clip/Working &zone", "zone.clear", ("Shift+I", "Shift+O"), "", "zone"),
    _A("loop", "Loop", "&Clip", "zone.loop", ("L",), "loop", "clip", checkable=True, ends_group=True,
       hint="Playing begins again at the end of the working zone, or of the clip"),
    _A("mark_event", "&Mark at the playhead…", "&Clip/&Events", "items.mark_event", ("M",), "flag", "clip",
       hint="Say what happens in this frame, such as a heel strike"),
    _A("next_event", "Ne&xt event", "&Clip/&Events", "items.step_event(1)", ("Ctrl+PgDown",), "", "events"),
    _A("previous_event", "&Previous event", "&Clip/&Events", "items.step_event(-1)", ("Ctrl+PgUp",), "", "events",
       ends_group=True),
    _A("edit_item", "&Name or text…", "&Clip/&Events", "items.edit", ("Shift+F2",), "", "clip",
       hint="Write the name of the chosen event, or the text of the chosen bookmark"),
    _A("move_item", "Move to the play&head", "&Clip/&Events", "items.move_here", ("Shift+M",), "", "chosen item",
       hint="Move the chosen event or bookmark to the playhead"),
    _A("side_right", "&Right", "&Clip/&Events", "items.set_side(right)", (), "", "chosen event",
       hint="The chosen event is on the right side of the body"),
    _A("side_left", "&Left", "&Clip/&Events", "items.set_side(left)", (), "", "chosen event",
       hint="The chosen event is on the left side of the body"),
    _A("side_none", "N&o side", "&Clip/&Events", "items.set_side(none)", (), "", "chosen event",
       hint="The chosen event is on no side of the body"),
    _A("remove_item", "Remo&ve", "&Clip/&Events", "items.remove", ("Shift+Del",), "trash", "chosen item",
       hint="Remove the chosen event or bookmark"),
    _A("bookmark", "&Set or take away here", "&Clip/Boo&kmarks", "items.toggle_bookmark", ("Ctrl+B",), "bookmark",
       "clip", hint="Bookmark this frame to come back to it"),
    _A("next_bookmark", "&Next bookmark", "&Clip/Boo&kmarks", "items.step_bookmark(1)", ("Alt+PgDown",), "",
       "bookmarks"),
    _A("previous_bookmark", "&Previous bookmark", "&Clip/Boo&kmarks", "items.step_bookmark(-1)", ("Alt+PgUp",), "",
       "bookmarks"),
    _A("slower", "&Slower", "&Clip", "clip.speed(-1)", (",",), "", "clip"),
    _A("faster", "Fas&ter", "&Clip", "clip.speed(1)", (".",), "", "clip"),
)  # fmt: skip

# Keys and gestures that act on the timeline alone; listed on the cheat sheet, handled by `timeline` and `time_view`.
TIMELINE_KEYS: tuple[tuple[str, str], ...] = (
    ("Make a working zone", "Shift and drag"),
    ("Move an end of the zone, an event or a bookmark", "Drag"),
    ("Give up a drag, choose nothing", "Esc"),
    ("Rename the chosen event or bookmark", "F2, Double-click"),
    ("Remove the chosen event or bookmark", "Del"),
    ("Zoom about the cursor", "Wheel"),
    ("Zoom about the playhead", "+, -"),
    ("Show the whole clip", "0, Double-click"),
    ("Move along the clip", "Shift+Wheel, Middle button"),
)
