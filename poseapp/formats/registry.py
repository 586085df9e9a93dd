"""Every format of another tool: its name, what it needs, what it loses, and its reader and writer.

Readers and writers are loaded when they are used: some bring large libraries.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import cast

from poseapp.core.errors import BadInputError
from poseapp.formats.needs import INSTALL, is_there
from poseapp.formats.tracks import Tracks

Read = Callable[[Path, str], Tracks]
Write = Callable[[Path, Tracks], None]


@dataclass(frozen=True)
class Format:
    """A format.

    Attributes:
        name: As `--format` takes it.
        title: For people.
        suffixes: Of its files, the usual one first; "" for a folder.
        loses: What does not come through when writing, one sentence; "" for one that is only read.
        reader, writer: Module and function, such as "coco:read_coco"; "" for none.
        packages: Libraries of the extra `formats` that writing needs.
        one_person: A file holds one person; several get a file each.
        has_scores: It says how sure a keypoint is, so that unsure ones are written too.
    """

    name: str
    title: str
    suffixes: tuple[str, ...]
    loses: str = ""
    reader: str = ""
    writer: str = ""
    packages: tuple[str, ...] = ()
    one_person: bool = False
    has_scores: bool = True

    @property
    def is_folder(self) -> bool:
        """Tell whether it is a folder of files."""
        return self.suffixes[0] == ""

    @property
    def is_installed(self) -> bool:
        """Tell whether the libraries that writing needs are there."""
        return is_there(*self.packages)

    def read(self, path: Path, clip: str = "") -> Tracks:
        """Read a file; `clip` is the file name of the clip that is meant, where a file is about several.

        Raises:
            BadInputError: The file cannot be read, a library is missing, or this format is written only.
        """
        if not self.reader:
            raise BadInputError(f"{self.title} can be written but not read", where=path.name)
        if not path.exists():
            raise BadInputError("there is no such file", where=path.name)
        try:
            return cast(Read, _load(self.reader))(path, clip)
        except OSError as error:
            raise BadInputError(f"cannot be read ({error.strerror or error})", where=path.name) from error

    def write(self, path: Path, tracks: Tracks) -> None:
        """Write a file, whole or not at all.

        Raises:
            BadInputError: Nothing can be written there, or a library is missing.
        """
        if not self.is_installed:
            missing = ", ".join(name for name in self.packages if not is_there(name))
            raise BadInputError(f"{self.title} needs {missing}, not installed here", remedy=f"Run {INSTALL}")
        cast(Write, _load(self.writer))(path, tracks)


def _load(place: str) -> Callable[..., object]:
    module, name = place.split(":")
    return cast(Callable[..., object], getattr(import_module(f"poseapp.formats.{module}"), name))


_ALL = (
    Format(
        "csv-tidy",
        "Tidy table, a row for each keypoint (CSV)",
        (".csv",),
        "Loses covariances, velocities, events and the journal of edits.",
        reader="tables:read_table",
        writer="tables:write_tidy",
    ),
    Format(
        "xlsx",
        "Workbook of Excel (XLSX)",
        (".xlsx",),
        "Loses covariances, velocities, events and the journal of edits.",
        writer="xlsx:write_xlsx",
        packages=("xlsxwriter",),
    ),
    Format(
        "coco",
        "COCO keypoints (JSON)",
        (".json",),
        "Loses times and angles; who placed a keypoint is kept in an entry that other tools ignore.",
        reader="coco:read_coco",
        writer="coco:write_coco",
    ),
    Format(
        "dlc",
        "DeepLabCut predictions (H5 or CSV)",
        (".h5", ".csv"),
        "Loses times and angles, and which keypoints were corrected: those have likelihood 1.",
        reader="dlc:read_dlc",
        writer="dlc:write_dlc",
        packages=("pandas", "tables"),
    ),
    Format(
        "dlc-labels",
        "DeepLabCut labels, corrected keypoints only (H5 or CSV)",
        (".h5", ".csv"),
        "Loses everything but what a person placed; occluded keypoints become plain ones, absent ones empty.",
        reader="dlc:read_dlc",
        writer="dlc:write_dlc_labels",
        packages=("pandas", "tables"),
    ),
    Format(
        "sleap",
        "SLEAP project (SLP)",
        (".slp",),
        "Loses times and angles, and whether a keypoint is occluded.",
        reader="slp:read_slp",
        writer="slp_writer:write_slp",
    ),
    Format(
        "sleap-analysis",
        "SLEAP analysis (HDF5)",
        (".h5", ".hdf5"),
        "Loses times and angles, which keypoints are occluded or absent, and the frames after the last pose.",
        reader="sleap_analysis:read_sleap_analysis",
        writer="sleap_analysis:write_sleap_analysis",
    ),
    Format(
        "trc",
        "OpenSim markers (TRC)",
        (".trc",),
        "Loses scores, who placed a keypoint, and angles; positions are metres given a scale, else px with y up.",
        reader="trc:read_trc",
        writer="trc:write_trc",
        one_person=True,
        has_scores=False,
    ),
    Format(
        "mot",
        "OpenSim motion: angles (MOT)",
        (".mot",),
        "Loses everything but the angles and their times.",
        writer="mot:write_mot",
        one_person=True,
        has_scores=False,
    ),
    Format(
        "c3d",
        "C3D points and angles",
        (".c3d",),
        "Loses scores, who placed a keypoint, and uneven times: such clips are resampled to their nominal rate.",
        reader="c3d:read_c3d",
        writer="c3d:write_c3d",
        packages=("ezc3d",),
        one_person=True,
        has_scores=False,
    ),
    Format(
        "nwb",
        "Neurodata Without Borders, ndx-pose (NWB)",
        (".nwb",),
        "Loses angles and which keypoints are absent; what was corrected is kept as training frames.",
        reader="nwb_reader:read_nwb",
        writer="nwb:write_nwb",
        packages=("pynwb", "ndx_pose"),
    ),
    Format(
        "openpose",
        "OpenPose, a folder of JSON files (BODY_25)",
        ("",),
        "Loses the crown, the neck, times and angles, and who placed a keypoint: corrected ones have confidence 1.",
        reader="openpose:read_openpose",
        writer="openpose:write_openpose",
    ),
    Format("sports2d", "Sports2D, positions in px (TRC)", (".trc",), reader="trc:read_trc"),
)
FORMATS = {known.name: known for known in _ALL}
