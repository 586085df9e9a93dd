"""What is weak about a recording, in words: the finding, why it matters, and what to do next time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["note", "warning", "problem"]
ORDER: tuple[Severity, ...] = ("problem", "warning", "note")


@dataclass(frozen=True)
class Finding:
    """One weakness of a recording.

    Attributes:
        name: Such as "oblique view"; stays the same, for programs.
        severity: "note": good to know. "warning": numbers are less sure. "problem": some cannot be trusted.
        what, why, remedy: A sentence each.
    """

    name: str
    severity: Severity
    what: str
    why: str
    remedy: str

    @property
    def sentence(self) -> str:
        """What and why in one line."""
        return f"{self.what} {self.why}"


@dataclass(frozen=True)
class Sharpness:
    """How sharp a person is seen in a frame.

    Attributes:
        frame: Index. edges: Variance of the Laplacian over that of the same picture blurred on purpose: about 1 where
            blurring takes nothing away, the larger the sharper.
    """

    frame: int
    edges: float
