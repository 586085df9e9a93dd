"""The Draw menu."""

from __future__ import annotations

from poseapp.gui.commands.tables.spec import ActionSpec

_A = ActionSpec

ACTIONS: tuple[ActionSpec, ...] = (
    _A("draw_line", "&Line", "&Draw", "draw.tool(line)", ("Ctrl+1",), "draw-line", "clip",
       hint="Drag it on the picture, or press Enter to put it into the middle"),
    _A("draw_ruler", "&Ruler", "&Draw", "draw.tool(ruler)", ("Ctrl+2",), "draw-ruler", "clip",
       hint="Measure a length; a ruler of known length turns pixels into centimetres"),
    _A("draw_goniometer", "&Goniometer", "&Draw", "draw.tool(goniometer)", ("Ctrl+3",), "angle", "clip",
       hint="Measure an angle by three clicks; the second is its corner"),
    _A("draw_plumb", "&Plumb line", "&Draw", "draw.tool(plumb)", ("Ctrl+4",), "draw-plumb", "clip",
       hint="The vertical of the picture through a point"),
    _A("draw_text", "No&te", "&Draw", "draw.tool(text)", ("Ctrl+5",), "draw-note", "clip",
       hint="Write on the picture"),
    _A("draw_stopwatch", "&Stopwatch", "&Draw", "draw.tool(stopwatch)", ("Ctrl+6",), "draw-stopwatch", "clip",
       hint="Counts the time from this frame on", ends_group=True),
    _A("next_drawing", "Ne&xt drawing", "&Draw", "draw.step(1)", ("D",), "", "clip"),
    _A("previous_drawing", "Previo&us drawing", "&Draw", "draw.step(-1)", ("Shift+D",), "", "clip"),
    _A("edit_drawing", "&Name or length…", "&Draw", "draw.edit", ("F2",), "", "drawing",
       hint="Type the name of the drawing, or the real length of a ruler"),
    _A("remove_drawing", "Remove the &drawing", "&Draw", "draw.remove", (), "trash", "drawing", ends_group=True),
    _A("show_frame", "Show it in this &frame only", "&Draw", "draw.show_in(frame)", (), "", "drawing"),
    _A("show_onwards", "Show it from here &on", "&Draw", "draw.show_in(onwards)", (), "", "drawing"),
    _A("show_zone", "Show it in the working &zone", "&Draw", "draw.show_in(zone)", (), "", "drawing"),
    _A("show_always", "Show it in the &whole clip", "&Draw", "draw.show_in(always)", (), "", "drawing",
       ends_group=True),
    _A("hide_drawings", "&Hide drawings", "&Draw", "draw.hide", ("Ctrl+D",), "", "clip", checkable=True),
)  # fmt: skip
