"""The View menu."""

from __future__ import annotations

from poseapp.gui.tables.spec import ActionSpec

_A = ActionSpec

ACTIONS: tuple[ActionSpec, ...] = (
    _A("fit", "&Fit picture", "&View", "view.fit", ("F",), "fit", "clip"),
    _A("zoom_person", "Zoom to &person", "&View", "view.zoom_person", ("Z",), "zoom-person", "clip"),
    _A("zoom_in", "Zoom &in", "&View", "view.zoom(1.25)", ("Ctrl++", "Ctrl+="), "zoom-in", "clip"),
    _A("zoom_out", "Zoom &out", "&View", "view.zoom(0.8)", ("Ctrl+-",), "zoom-out", "clip", ends_group=True),
    _A("mirror", "&Mirror left and right", "&View", "look.mirror", ("Ctrl+M",), "mirror", "clip", checkable=True,
       hint="Turn the picture over; keypoints and angles stay what they are"),
    _A("picture_look", "&Brightness, contrast, interlacing…", "&View", "look.panel", ("Ctrl+B",), "contrast", "clip",
       hint="Show the picture lighter, with more contrast, or deinterlaced", ends_group=True),
    _A("heatmap", "&Heatmap of the keypoint", "&View", "view.heatmap", ("H",), "heatmap", "pose",
       checkable=True, hint="Where the network thinks the chosen keypoint is"),
    _A("arcs", "&Angles at the joints", "&View", "view.arcs", ("J",), "angle", "clip", checkable=True, ends_group=True),
    _A("theme_dark", "&Dark", "&View/&Theme", "view.theme(dark)"),
    _A("theme_light", "&Light", "&View/&Theme", "view.theme(light)"),
    _A("theme_system", "Like the &system", "&View/&Theme", "view.theme(system)"),
    _A("panels", "Hide pa&nels", "&View", "view.panels", ("F9",), "", "clip", checkable=True),
    _A("full_screen", "F&ull screen", "&View", "view.full_screen", ("F11",), "", checkable=True),
)  # fmt: skip
