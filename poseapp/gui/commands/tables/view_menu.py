"""The View menu."""

from __future__ import annotations

from poseapp.gui.commands.tables.spec import ActionSpec

_A = ActionSpec

ACTIONS: tuple[ActionSpec, ...] = (
    _A("fit", "&Fit picture", "&View", "view.fit", ("F",), "fit", "clip"),
    _A("zoom_person", "Zoom to &person", "&View", "view.zoom_person", ("Z",), "zoom-person", "clip"),
    _A("zoom_in", "Zoom &in", "&View", "view.zoom(1.25)", ("Ctrl++", "Ctrl+="), "zoom-in", "clip"),
    _A("zoom_out", "Zoom &out", "&View", "view.zoom(0.8)", ("Ctrl+-",), "zoom-out", "clip", ends_group=True),
    _A("mirror", "&Mirror left and right", "&View", "look.mirror", ("Ctrl+M",), "mirror", "clip", checkable=True,
       hint="Turn the picture over; keypoints and angles stay what they are"),
    _A("picture_look", "&Brightness, contrast, interlacing…", "&View", "look.panel", ("Ctrl+L",), "contrast", "clip",
       hint="Show the picture lighter, with more contrast, or deinterlaced", ends_group=True),
    _A("heatmap", "&Heatmap of the keypoint", "&View", "view.heatmap", ("H",), "heatmap", "pose",
       checkable=True, hint="Where the network thinks the chosen keypoint is"),
    _A("arcs", "&Angles at the joints", "&View", "view.arcs", ("J",), "angle", "clip", checkable=True),
    _A("spread", "&Spread of the keypoint", "&View", "look.spread", ("Ctrl+U",), "spread", "pose", checkable=True,
       hint="Ellipses of one and two standard deviations, given that the keypoint is right"),
    _A("trails", "T&rails of the last seconds", "&View", "look.trails", ("T",), "trails", "pose", checkable=True,
       hint="Where the chosen keypoint was, or wrists and ankles while none is chosen"),
    _A("trail_1", "&1 second", "&View/&Length of trails", "look.trail_seconds(1)", (), "", "pose"),
    _A("trail_2", "&2 seconds", "&View/&Length of trails", "look.trail_seconds(2)", (), "", "pose"),
    _A("trail_5", "&5 seconds", "&View/&Length of trails", "look.trail_seconds(5)", (), "", "pose"),
    _A("ghosts", "&Ghosts of the frames before and after", "&View", "look.ghosts", ("G",), "ghost", "pose",
       checkable=True),
    _A("marked_ghosts", "Ghosts of the corrected frames before and after", "&View", "look.marked_ghosts",
       ("Shift+G",), "", "pose", checkable=True, ends_group=True),
    _A("compare", "&Compare with another clip or project…", "&View", "compare.choose", ("Ctrl+Shift+O",), "compare",
       "clip", hint="Side by side or superposed, synchronised at an event, with both angles", ends_group=True),
    _A("theme_dark", "&Dark", "&View/&Theme", "view.theme(dark)"),
    _A("theme_light", "&Light", "&View/&Theme", "view.theme(light)"),
    _A("theme_system", "Like the &system", "&View/&Theme", "view.theme(system)"),
    _A("panels", "Hide pa&nels", "&View", "view.panels", ("F9",), "", "clip", checkable=True),
    _A("full_screen", "F&ull screen", "&View", "view.full_screen", ("F11",), "", checkable=True),
)  # fmt: skip
