"""Networks of the library in plain sentences."""

from __future__ import annotations

from datetime import date

from poseapp.core.library_entry import LibraryEntry
from poseapp.core.lineage import Lineage
from poseapp.core.types import ModelSpec

_SHOWN_CLIPS = 4
_MEGABYTES_FROM = 100_000  # bytes
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


def origin_words(entry: LibraryEntry) -> str:
    """Say in a few sentences where a network comes from, and what its training changed."""
    if entry.problem:
        return f"This network cannot be used: {entry.problem}."
    if entry.lineage is not None:
        return f"{_learning_words(entry.lineage, entry.clips)} {_score_words(entry.lineage)}"
    if entry.shipped:
        return "This network came with poseapp. It can be neither renamed nor deleted."
    added = f" since {day_words(entry.added)}" if entry.added else ""
    return f"This network was not fine-tuned. It has been in your library{added}."


def run_words(model: ModelSpec | None) -> str:
    """Say which network predicted what is seen, exactly, "" for none."""
    if model is None:
        return ""
    origin = "" if model.lineage is None else f", fine-tuned from {model.lineage.parent}"
    file = f" File sha256 {model.file_sha256}." if model.file_sha256 else ""
    return f"Predicted by {model.name}{origin}.{file}"


def error_words(lineage: Lineage | None) -> str:
    """Return the held-out error before and after, such as "6.5 → 3.3 px", "" where nobody measured."""
    if lineage is None or lineage.after_px is None:
        return ""
    before = "" if lineage.before_px is None else f"{lineage.before_px:.1f} → "
    return f"{before}{lineage.after_px:.1f} px"


def parent_words(entry: LibraryEntry) -> str:
    """Return what a network was made from, in a word."""
    if entry.lineage is not None:
        return entry.lineage.parent
    return "built in" if entry.shipped else ""


def day_words(day: str) -> str:
    """Return an ISO date in words, such as "20 November 2026"; other text as it is."""
    try:
        known = date.fromisoformat(day)
    except ValueError:
        return day
    return f"{known.day} {_MONTHS[known.month - 1]} {known.year}"


def size_words(size: int) -> str:
    """Return a file size."""
    return f"{size / 1e6:.1f} MB" if size >= _MEGABYTES_FROM else f"{size / 1e3:.0f} kB"


def _learning_words(lineage: Lineage, clips: tuple[str, ...]) -> str:
    marks, frames, films = _count(lineage.marks, "mark"), _count(lineage.frames, "frame"), _count(lineage.clips, "clip")
    shown = ", ".join(clips[:_SHOWN_CLIPS]) + (", …" if len(clips) > _SHOWN_CLIPS else "")
    named = f" ({shown})" if shown else ""
    return (
        f"Fine-tuned from {lineage.parent} on {day_words(lineage.created)} with {marks} in {frames} of {films}{named}."
    )


def _score_words(lineage: Lineage) -> str:
    before, after = lineage.before_px, lineage.after_px
    if after is None:
        return "Nobody measured it on frames that it did not learn from."
    where = "On frames that it did not learn from, the median error"
    if before is None:
        return f"{where} is {after:.1f} px; nobody measured its parent there."
    if f"{before:.1f}" == f"{after:.1f}":
        return f"{where} stayed {after:.1f} px."
    verb, share = ("fell", "less") if after < before else ("rose", "more")
    change = f", {100 * abs(1 - after / before):.0f} % {share}" if before else ""
    return f"{where} {verb} from {before:.1f} to {after:.1f} px{change}."


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
