"""Opens a data set by the name of its format."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from poseapp.core.errors import BadInputError
from poseapp.training.labelled import LabelledSet
from poseapp.training.readers.coco import read_coco
from poseapp.training.readers.lsp import read_lsp, read_lspet
from poseapp.training.readers.mpii import read_mpii
from poseapp.training.readers.project import read_project

READERS: Mapping[str, Callable[[Path], LabelledSet]] = {
    "lsp": read_lsp,
    "lspet": read_lspet,
    "mpii": read_mpii,
    "coco": read_coco,
    "project": read_project,
}


def read_labelled(path: Path | str, name: str) -> LabelledSet:
    """Read a data set; which layout of its format it has is seen from what is there. Pictures are read when asked for.

    Args:
        path: Folder or file: the folder of LSP or LSPET; a folder or a file of labels of MPII or COCO; a project.
        name: Of the format, one of `READERS`.

    Raises:
        BadInputError: An unknown format, nothing there, or nothing of this format.
    """
    path = Path(path)
    if name not in READERS:
        raise BadInputError(f"{name!r} is no format of a data set", remedy=f"Choose one of {', '.join(READERS)}")
    if not path.exists():
        raise BadInputError("there is no such data set", where=str(path), remedy="Check the path")
    return READERS[name](path)


def parse_split(text: str) -> tuple[int, int]:
    """Return (first, end) of "first:end", half open, for `LabelledSet.subset`; either may be left out ("" is all).

    Raises:
        BadInputError: It is something else, or empty.
    """
    first, colon, end = text.partition(":")
    try:
        split = int(first or 0), int(end or sys.maxsize)
    except ValueError:
        split = (0, 0)
    if split[0] < 0 or split[0] >= split[1] or (text and not colon):
        raise BadInputError(f"{text!r} is no split", remedy="Write it as first:end, such as 8000:8500")
    return split
