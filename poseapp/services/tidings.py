"""What the window tells a person, as notices."""

from __future__ import annotations

import logging
from pathlib import Path

from poseapp.core.errors import PoseappError
from poseapp.services.document import Document
from poseapp.services.exporting import ExportDone
from poseapp.services.types import Notice, NoticeAction

_logger = logging.getLogger(__name__)
_SAME_RATE = 0.05  # share by which two rates may differ and be the same


def notice_of_error(error: BaseException) -> Notice:
    """Return a failure in one line; what is unexpected goes to the log with everything known of it."""
    if isinstance(error, PoseappError):
        return Notice(str(error), kind="error")
    _logger.error("Unexpected failure", exc_info=error)
    text = f"Something went wrong that should not have ({type(error).__name__}). Your work is saved."
    return Notice(text, NoticeAction.SHOW_LOG, "error")


def notice_of_missing_clip(error: PoseappError) -> Notice:
    """Return why a project's clip cannot be shown, with the way out."""
    return Notice(str(error), NoticeAction.LOCATE, "error")


def notice_of_document(document: Document) -> Notice | None:
    """Return what is unusual about a document that was just opened, None when nothing is."""
    if document.project is not None and document.read_only:
        text = f"This project is open for reading only: {document.project.reason}."
        return Notice(text, NoticeAction.SAVE_COPY, "warning")
    if document.clip.problems:
        return Notice(" ".join(document.clip.problems), kind="warning")
    return notice_of_slow_motion(document)


def notice_of_slow_motion(document: Document) -> Notice | None:
    """Return the question whether a clip is slow motion, where its file says so and nobody has answered yet."""
    clip = document.clip
    told, plays = clip.capture_fps, clip.fps
    if document.scene.capture_fps or not told or not plays or abs(told / plays - 1) < _SAME_RATE:
        return None
    text = (
        f"The file says that it was recorded at {told:.4g} frames/s; it plays at {plays:.4g}. Is it slow motion? "
        "Then all times, speeds and filters follow the recording."
    )
    return Notice(text, NoticeAction.USE_RATE, "warning")


def notice_of_place(project: Path) -> Notice:
    """Return where a project lies that could not be made beside its clip."""
    text = f"The clip's folder cannot be written, so your work is kept in {project}."
    return Notice(text, NoticeAction.SHOW_FOLDER, "warning", str(project))


def notice_of_suggestions(n: int) -> Notice:
    """Return how many frames were suggested for correcting."""
    if not n:
        return Notice("There is no frame left to suggest: those that would teach something are corrected.")
    frames = "One frame is" if n == 1 else f"{n} frames are"
    return Notice(f"{frames} worth correcting before you fine-tune: they are in the review list.")


def notice_of_export(done: ExportDone) -> Notice:
    """Return which files were written, and what must be known of them."""
    names = " and ".join(path.name for path in done.paths) if len(done.paths) < 3 else f"{len(done.paths)} files"
    text = " ".join((f"Exported to {names}.", *done.notes))
    return Notice(text, NoticeAction.SHOW_FOLDER, "warning" if done.notes else "info", str(done.paths[0]))
