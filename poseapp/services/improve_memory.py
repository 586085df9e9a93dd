"""Keeps what a training was asked for in its working folder, so that it can go on when its project is opened again."""

from __future__ import annotations

import json
import logging
from dataclasses import asdict
from pathlib import Path

from poseapp.core.atomic import atomic_path
from poseapp.core.errors import PoseappError
from poseapp.services.improving import ImproveOrder

_logger = logging.getLogger(__name__)

CHECKPOINT = "checkpoint.pt"  # there as long as a training is not done
_FILE = "asked.json"


def remember_order(order: ImproveOrder) -> None:
    """Keep an order; for a job. Where that cannot be, it is logged: the training itself will say why."""
    values = asdict(order) | {"fresh": False}
    try:
        with atomic_path(order.folder / _FILE) as temporary:
            temporary.write_text(json.dumps(values), encoding="utf-8")
    except (OSError, PoseappError) as error:
        _logger.warning("What was asked for cannot be kept: %s", error)


def unfinished_order(folder: Path, project: str) -> ImproveOrder | None:
    """Return the order of a training that was stopped in a working folder, None where there is none; for a job.

    Where only its checkpoint is left, it is an order with every default.
    """
    if not (folder / CHECKPOINT).is_file():
        return None
    try:
        values = json.loads((folder / _FILE).read_text(encoding="utf-8"))
        others = tuple(str(path) for path in values["projects"][1:])
        return ImproveOrder(
            (project, *others),
            str(values["model"]),
            str(values["name"]),
            float(values["minutes"]),
            specialise=values.get("specialise") is True,
        )
    except (OSError, ValueError, KeyError, TypeError):
        return ImproveOrder((project,))
