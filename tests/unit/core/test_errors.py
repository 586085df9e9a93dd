"""Failures read as one line: where, what, what to do."""

import pytest

from poseapp.core.errors import BadInputError, CancelledError, PoseappError, UsageError

UNREADABLE = BadInputError("no frame can be read", where="a.mp4", remedy="Copy it again")


@pytest.mark.parametrize(
    ("error", "line", "code"),
    [
        (UNREADABLE, "a.mp4: no frame can be read. Copy it again.", 3),
        (UsageError("give a file"), "give a file.", 2),
        (CancelledError(), "Cancelled.", 4),
        (PoseappError("it broke", where="here"), "here: it broke.", 5),
    ],
)
def test_line_and_exit_code(error: PoseappError, line: str, code: int) -> None:
    assert str(error) == line
    assert error.exit_code == code
