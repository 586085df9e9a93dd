"""Errors a person can act on: each says what, where, and what to do."""

from __future__ import annotations


class PoseappError(Exception):
    """A failure told in one line.

    Attributes:
        what: What went wrong, a sentence without a full stop.
        where: The file, frame or setting it is about ("" when there is none).
        remedy: What the person can do ("" when there is nothing to do).
        exit_code: What the command line returns for it.
    """

    exit_code = 5

    def __init__(self, what: str, *, where: str = "", remedy: str = "") -> None:
        self.what = what
        self.where = where
        self.remedy = remedy
        head = f"{where}: {what}" if where else what
        super().__init__(f"{head}. {remedy}." if remedy else f"{head}.")


class BadInputError(PoseappError):
    """A file or value that cannot be used; exit code 3."""

    exit_code = 3


class UsageError(PoseappError):
    """A command that makes no sense; exit code 2."""

    exit_code = 2


class CancelledError(PoseappError):
    """The person asked to stop; exit code 4."""

    exit_code = 4

    def __init__(self, what: str = "Cancelled") -> None:
        super().__init__(what)


class EditConflictError(PoseappError):
    """An edit whose `before` is not what the store holds."""
