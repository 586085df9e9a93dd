"""Events of a fine-tuning as lines between two processes."""

from __future__ import annotations

import pytest

from poseapp.core.errors import BadInputError
from poseapp.core.finetune_events import (
    DataRead,
    Failed,
    Finished,
    Measured,
    Paused,
    Resumed,
    Stepped,
    event_from_line,
)
from poseapp.core.finetune_report import FineTuneReport

EVENTS = [
    DataRead(2, 20, 240, 5),
    Measured(0, 8.5, 0.75),
    Stepped(10, 300, 0.5, 21.0, 280.0),
    Paused(),
    Resumed(),
    Failed("nobody has marked a keypoint", "a.poseapp", "Correct some first"),
    Finished(
        FineTuneReport(
            "mine", "builtin", adopted=False, verdict="Two lines\nof text.", seconds=60.0, clips=1, frames=3, marks=36
        )
    ),
]


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_an_event_comes_back_from_its_line(event):
    line = event.to_line()
    assert "\n" not in line
    assert event_from_line(line) == event


def test_the_line_names_the_event():
    assert DataRead(2, 20, 240, 5).to_line() == (
        '{"event": "DataRead", "clips": 2, "frames": 20, "marks": 240, "held_out": 5}'
    )


@pytest.mark.parametrize(
    "line", ["", "hello", "[]", '{"event": "Gone"}', '{"event": "Paused", "x": 1}', '{"event": "Finished"}']
)
def test_another_line_is_a_complaint(line):
    with pytest.raises(BadInputError, match="cannot be read"):
        event_from_line(line)
