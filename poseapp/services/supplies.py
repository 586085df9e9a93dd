"""What comes with the application: the sample clip and the networks."""

from __future__ import annotations

import shutil
from pathlib import Path

import platformdirs

from poseapp.core.errors import BadInputError
from poseapp.core.library_entry import usable_names
from poseapp.core.locations import resources_folder

_SAMPLE = "walk.mp4"


def copy_sample() -> Path:
    """Return a copy of the sample clip in the user's folder, beside which its project can lie.

    Raises:
        BadInputError: The installation has no sample, or it cannot be copied.
    """
    target = Path(platformdirs.user_data_dir("poseapp", appauthor=False)) / "sample" / _SAMPLE
    try:
        source = resources_folder() / "sample" / _SAMPLE
        if not target.is_file() or target.stat().st_size != source.stat().st_size:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
    except OSError as error:
        raise BadInputError(f"the sample cannot be opened ({error.strerror})", where=str(target)) from error
    return target


def model_names() -> tuple[str, ...]:
    """Return the names of the networks that can be used, the default first."""
    from poseapp.inference.library import entries

    return usable_names(entries())
