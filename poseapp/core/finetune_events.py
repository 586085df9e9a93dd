"""What a fine-tuning tells while it runs: one line of JSON an event, from its process to the window."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from typing import Any

from poseapp.core.errors import BadInputError
from poseapp.core.finetune_report import FineTuneReport


class _Line:
    """Gives an event its line."""

    def to_line(self) -> str:
        """Return one line of JSON without its end, for `event_from_line`."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}  # type: ignore[arg-type]
        return json.dumps({"event": type(self).__name__, **values}, allow_nan=False)


@dataclass(frozen=True)
class DataRead(_Line):
    """The marks are read and cut out: of `frames` frames with `marks` marks, `held_out` frames are kept for proof."""

    clips: int
    frames: int
    marks: int
    held_out: int


@dataclass(frozen=True)
class Measured(_Line):
    """The network was measured on held-out frames after `step` steps (0: before): median px, PCK@0.2 0 to 1."""

    step: int
    median_px: float
    pck: float


@dataclass(frozen=True)
class Stepped(_Line):
    """So far: `step` of at most `steps`, the loss of late, pictures a second, and seconds until the end at most."""

    step: int
    steps: int
    loss: float
    pictures_per_s: float
    eta_s: float


@dataclass(frozen=True)
class Paused(_Line):
    """It waits, as it was asked to."""


@dataclass(frozen=True)
class Resumed(_Line):
    """It goes on after a pause."""


@dataclass(frozen=True)
class Finished(_Line):
    """It is done."""

    report: FineTuneReport

    def to_line(self) -> str:
        """Return one line of JSON without its end, for `event_from_line`."""
        return json.dumps({"event": "Finished", "report": json.loads(self.report.to_json())}, allow_nan=False)


@dataclass(frozen=True)
class Failed(_Line):
    """It could not be done: what, where, and what to do, as in `core.errors`."""

    what: str
    where: str = ""
    remedy: str = ""


FineTuneEvent = DataRead | Measured | Stepped | Paused | Resumed | Finished | Failed
_PLAIN: dict[str, type[Any]] = {kind.__name__: kind for kind in (DataRead, Measured, Stepped, Paused, Resumed, Failed)}


def event_from_line(line: str) -> FineTuneEvent:
    """Read what `to_line` wrote.

    Raises:
        BadInputError: Not the line of an event.
    """
    try:
        data = json.loads(line)
        kind = data.pop("event")
        if kind == "Finished":
            return Finished(FineTuneReport.from_json(json.dumps(data["report"])))
        event: FineTuneEvent = _PLAIN[kind](**data)
        return event
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadInputError(f"a line of a fine-tuning cannot be read ({error})") from error
