"""Where a fine-tuned network comes from: what travels in its file, and nothing that names a clip."""

from __future__ import annotations

import json
import math
import re
from dataclasses import asdict, dataclass
from datetime import date

from poseapp.core.errors import BadInputError

_SHA256 = re.compile(r"[0-9a-f]{64}")
_LONGEST_NAME = 80


@dataclass(frozen=True)
class Lineage:
    """The parent of a network, what it was trained on, and what that changed.

    Holds counts only: no file names, so that a network can be given away without saying who was filmed.

    Attributes:
        parent: Name of the network it started from.
        parent_sha256: Of the parent's file, 64 lower-case hexadecimal digits; "" when unknown.
        created: Day of making, such as "2026-11-20" (ISO 8601).
        clips, frames, marks: How many it learned from.
        before_px, after_px: Median error of the parent and of this network on the frames held out, px of the clips;
            None where nobody measured.

    Raises:
        ValueError: A count is negative, an error is no number, or a text is not of its form.
    """

    parent: str
    parent_sha256: str
    created: str
    clips: int
    frames: int
    marks: int
    before_px: float | None = None
    after_px: float | None = None

    def __post_init__(self) -> None:
        if not (isinstance(self.parent, str) and 0 < len(self.parent) <= _LONGEST_NAME and self.parent.isprintable()):
            raise ValueError("the parent's name must be one line of plain text")
        if self.parent_sha256 and not _SHA256.fullmatch(self.parent_sha256):
            raise ValueError("the parent's sha256 must be 64 hexadecimal digits")
        date.fromisoformat(self.created)
        if any(isinstance(n, bool) or not isinstance(n, int) or n < 0 for n in (self.clips, self.frames, self.marks)):
            raise ValueError("the numbers of clips, frames and marks must be whole and not negative")
        for error in (self.before_px, self.after_px):
            if error is not None and not (math.isfinite(error) and error >= 0):
                raise ValueError("an error must be finite and not negative, px")

    def to_json(self) -> str:
        """Return it as the text that travels in ONNX metadata."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Lineage:
        """Read what `to_json` wrote. Raises BadInputError for anything else."""
        try:
            return cls(**json.loads(text))
        except (ValueError, TypeError) as error:
            raise BadInputError(f"the network's origin cannot be read ({error})") from error
