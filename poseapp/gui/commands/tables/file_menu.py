"""The File and Edit menus."""

from __future__ import annotations

from poseapp.gui.commands.tables.spec import ActionSpec

_A = ActionSpec

ACTIONS: tuple[ActionSpec, ...] = (
    _A("open", "&Open…", "&File", "file.open", ("Ctrl+O",), "open", hint="Open a video, images or a project"),
    _A("open_folder", "Open a &folder of images…", "&File", "file.open_folder"),
    _A("sample", "Open the sa&mple", "&File", "file.open_sample", (), "film", ends_group=True),
    _A("save", "&Save", "&File", "file.save", ("Ctrl+S",), "save", "clip", hint="Everything is saved as you go"),
    _A("save_copy", "Save a co&py of the project…", "&File", "file.save_copy", ("Ctrl+Shift+S",), "", "pose"),
    _A("export", "&Export…", "&File", "exchange.export", ("E", "Ctrl+E"), "export", "pose",
       hint="Write keypoints and angles in the format of your choice"),
    _A("report", "Make a &report…", "&File", "pages.report", ("Ctrl+Alt+R",), "", "pose",
       hint="One page to sign, as PDF or HTML: key frames, curves, ranges of motion, how it was measured"),
    _A("video", "Make a &video…", "&File", "pages.video", (), "", "pose",
       hint="A video with the skeleton, beside the picture or alone, with faces hidden if you like"),
    _A("pictures", "Make pic&tures…", "&File", "pages.pictures", (), "", "pose",
       hint="A PNG picture of each frame with the skeleton"),
    _A("kinogram", "Make a &kinogram…", "&File", "pages.kinogram", (), "", "pose",
       hint="One picture of a person at several times"),
    _A("import_file", "&Import keypoints…", "&File", "exchange.import_file", ("Ctrl+Alt+I",), "", "clip",
       hint="Bring labels or predictions of DeepLabCut, SLEAP, COCO, NWB and others into this clip"),
    _A("import_folder", "Import a folder of OpenPose…", "&File", "exchange.import_folder", (), "", "clip",
       hint="Bring the files that OpenPose wrote for this clip into it"),
    _A("close", "&Close clip", "&File", "file.close_clip", ("Ctrl+W",), "", "clip", ends_group=True),
    _A("quit", "&Quit", "&File", "file.quit", ("Ctrl+Q",)),
    _A("undo", "&Undo", "&Edit", "edit.undo", ("Ctrl+Z",), "undo", "undo"),
    _A("redo", "&Redo", "&Edit", "edit.redo", ("Ctrl+Shift+Z", "Ctrl+Y"), "redo", "redo"),
)  # fmt: skip
