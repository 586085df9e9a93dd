"""Libraries that only some formats need: an extra of the installation."""

from __future__ import annotations

import importlib
import importlib.util
from types import ModuleType

from poseapp.core.errors import BadInputError

INSTALL = "pip install 'poseapp[formats]'"


def need(name: str) -> ModuleType:
    """Return a library of the extra `formats`.

    Raises:
        BadInputError: It is not installed; the message has the command that installs it.
    """
    try:
        return importlib.import_module(name)
    except ImportError as error:
        missing = f"this format needs {name}, which is not installed"
        raise BadInputError(missing, remedy=f"Run {INSTALL}") from error


def is_there(*names: str) -> bool:
    """Tell whether libraries are installed, without loading them."""
    return all(importlib.util.find_spec(name) is not None for name in names)
