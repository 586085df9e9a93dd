"""The Measure menu."""

from __future__ import annotations

from poseapp.gui.commands.tables.spec import ActionSpec

_A = ActionSpec

ACTIONS: tuple[ActionSpec, ...] = (
    _A("choose_plots", "&Choose what is plotted…", "&Measure", "measure.choose", ("Ctrl+P",), "settings", "pose",
       hint="Angles, their velocities, and the ways of keypoints"),
    _A("own_angles", "An&gles of this project…", "&Measure", "own.angles", ("Ctrl+G",), "angle", "clip",
       hint="Define angles of three or four keypoints, or of a segment against the vertical"),
    _A("find_events", "&Find events…", "&Measure", "movement.find", ("Shift+F",), "flag", "pose",
       hint="Heel strikes and toe-offs, jumps, squats, and repetitions of an angle"),
    _A("movement_numbers", "&Numbers of the movement…", "&Measure", "movement.numbers", ("Shift+Y",), "", "pose",
       hint="Cadence, stance and swing, steps of both legs and their symmetry; jumps and how high they are"),
    _A("agreement", "&Agreement with another reading…", "&Measure", "agreement.open", ("Ctrl+Shift+G",), "", "pose",
       hint="How well two people, two sessions, or a person and a network agree about this clip: ICC, SEM, MDC"),
    _A("scene", "Sca&le and time of the recording…", "&Measure", "movement.scene", ("Shift+L",), "draw-ruler", "clip",
       hint="Say how large things are, and at which rate it was filmed", ends_group=True),
    _A("measure_settings", "Fil&ter and measuring…", "&Measure", "measuring.settings", ("Ctrl+Shift+F",), "", "clip",
       hint="How keypoints are smoothed, which gaps are filled, from which side the person is seen"),
    _A("neutral", "&Zero at this posture", "&Measure", "measuring.neutral", ("Ctrl+Shift+0",), "", "pose",
       hint="Joint angles are measured from the mean posture of the working zone, such as standing still"),
    _A("neutral_off", "Zero as &defined", "&Measure", "measuring.drop_neutral", (), "", "pose",
       hint="Joint angles are measured as they are defined again", ends_group=True),
    _A("raw_curves", "&Unfiltered curves beneath", "&Measure", "measure.raw", ("Ctrl+R",), "", "pose", checkable=True,
       hint="Draw thin what the keypoints were before they were smoothed"),
    _A("cycles", "C&ycles instead of time", "&Measure", "measure.cycles", ("Y",), "", "pose", checkable=True,
       hint="Cut at events, and show mean and spread over 0 to 100 % of a cycle", ends_group=True),
    _A("norms", "Normal values be&hind cycles…", "&Measure", "norms.choose", (), "", "pose",
       hint="A table (CSV) with angle, percent, mean and sd; drawn in grey behind the cycles"),
    _A("no_norms", "N&o normal values", "&Measure", "norms.forget", (), "", "pose", ends_group=True,
       hint="Take them away again"),
    _A("reference", "&Reference curves…", "&Measure", "references.choose", (), "", "clip",
       hint="Angles of another system, from a motion file (.mot, .sto), dash-dotted in the plots"),
    _A("reference_here", "Reference &begins at the playhead", "&Measure", "references.begin_here", (), "", "pose",
       hint="Shift it in time, where the two clocks do not agree"),
    _A("reference_fit", "R&eference fits best", "&Measure", "references.fit", (), "", "pose",
       hint="Shift it in time to where it correlates best with what was measured"),
    _A("no_reference", "No reference cur&ves", "&Measure", "references.forget", (), "", "clip", ends_group=True,
       hint="Take them away again"),
    _A("save_plots", "&Save the plots…", "&Measure", "measure.save", ("Ctrl+Shift+E",), "export", "pose",
       hint="Write the plots on show as a picture (PNG) or a drawing (SVG)"),
    _A("white_plots", "Save plots on &white", "&Measure", "measure.white", (), "", "", checkable=True,
       hint="For paper; otherwise they are saved in the colours of the window"),
)  # fmt: skip
