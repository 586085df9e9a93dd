"""File dialogs that do not stop the event loop: each calls back with the path."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget

_VIDEOS = "*.mp4 *.mov *.m4v *.avi *.mkv *.webm *.mpg *.mpeg *.ts *.mts *.wmv *.3gp"
_IMAGES = "*.png *.jpg *.jpeg *.bmp *.tif *.tiff *.webp *.gif"
OPEN_FILTERS = (
    f"Videos, images and projects ({_VIDEOS} {_IMAGES} *.poseapp)",
    "Projects (*.poseapp)",
    "All files (*)",
)

IMPORT_FILTERS = (
    "Keypoints (*.h5 *.hdf5 *.csv *.json *.slp *.trc *.c3d *.nwb)",
    "Angles of a reference (*.mot *.sto)",
    "All files (*)",
)


def ask_open_path(parent: QWidget, folder: str, then: Callable[[str], None]) -> QFileDialog:
    """Ask for a clip or a project."""
    return _ask(parent, "Open a video, images or a project", folder, then)


def ask_open_folder(parent: QWidget, folder: str, then: Callable[[str], None]) -> QFileDialog:
    """Ask for a folder of images."""
    dialog = QFileDialog(parent, "Open a folder of images", folder)
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    return _show(dialog, then)


def ask_table_path(parent: QWidget, folder: str, then: Callable[[str], None]) -> QFileDialog:
    """Ask for a table of angles."""
    dialog = QFileDialog(parent, "Import angles", folder)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setNameFilters(["Tables of angles (*.toml)", "All files (*)"])
    return _show(dialog, then)


def ask_replacement(parent: QWidget, folder: str, then: Callable[[str], None]) -> QFileDialog:
    """Ask where a missing clip is."""
    return _ask(parent, "Where is the clip of this project?", folder, then)


def ask_network_path(parent: QWidget, folder: str, then: Callable[[str], None]) -> QFileDialog:
    """Ask for a network file."""
    dialog = QFileDialog(parent, "Import a network", folder)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setNameFilters(["ONNX networks (*.onnx)", "All files (*)"])
    return _show(dialog, then)


def ask_project_path(parent: QWidget, title: str, folder: str, then: Callable[[str], None]) -> QFileDialog:
    """Ask for a project."""
    dialog = QFileDialog(parent, title, folder)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setNameFilters(["Projects (*.poseapp)", "All files (*)"])
    return _show(dialog, then)


def ask_import_path(parent: QWidget, folder: str, then: Callable[[str], None]) -> QFileDialog:
    """Ask for a file of another tool."""
    dialog = QFileDialog(parent, "Import keypoints of another tool", folder)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setNameFilters(list(IMPORT_FILTERS))
    return _show(dialog, then)


def ask_openpose_folder(parent: QWidget, folder: str, then: Callable[[str], None]) -> QFileDialog:
    """Ask for a folder of OpenPose's files."""
    dialog = QFileDialog(parent, "Import a folder of OpenPose", folder)
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    return _show(dialog, then)


def ask_save_path(
    parent: QWidget, title: str, suggestion: Path, formats: Sequence[tuple[str, str]], then: Callable[[str], None]
) -> QFileDialog:
    """Ask where to write; the chosen format's suffix is added where none was typed."""
    dialog = QFileDialog(parent, title, str(suggestion.parent))
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    filters = {f"{name} (*{suffix})": suffix for name, suffix in formats}
    dialog.setNameFilters(list(filters))
    dialog.setDefaultSuffix(formats[0][1].lstrip("."))
    dialog.filterSelected.connect(lambda chosen: dialog.setDefaultSuffix(filters[chosen].lstrip(".")))
    dialog.selectFile(suggestion.name)
    return _show(dialog, then)


def _ask(parent: QWidget, title: str, folder: str, then: Callable[[str], None]) -> QFileDialog:
    dialog = QFileDialog(parent, title, folder)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setNameFilters(list(OPEN_FILTERS))
    return _show(dialog, then)


def _show(dialog: QFileDialog, then: Callable[[str], None]) -> QFileDialog:
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.fileSelected.connect(then)
    dialog.open()
    return dialog
