"""The sentences that tell a clinician what a fine-tuning came to."""

from __future__ import annotations

from poseapp.core.finetune_report import FineTuneReport

_STAYS = "The old network stays the default."


def is_better(report: FineTuneReport) -> bool:
    """Tell whether the new network is better beyond noise: nearer for sure, no more misses, little lost elsewhere."""
    if report.interval is None or report.interval[0] <= 0:
        return False
    return not _misses_more(report) and (report.drift is None or report.drift.tolerable)


def describe(report: FineTuneReport, *, why_unmeasured: str = "") -> str:
    """Return the verdict on a report whose numbers are there.

    Args:
        why_unmeasured: A sentence, for a report without numbers.
    """
    gain = report.improvement_px
    if gain is None or report.interval is None:
        return f"{why_unmeasured} {_STAYS} The new one can be chosen by hand.".strip()
    numbers = f"median error {report.before_px:.1f} → {report.after_px:.1f} px"
    low, high = report.interval
    sure = f"{numbers}, 95 % interval of the gain {low:.1f} to {high:.1f} px"
    if low > 0:
        nearer = f"The new network is {gain:.1f} px nearer on frames it has not seen ({sure})"
        return f"{nearer}{_but(report)}"
    if high < 0:
        return f"The new network is {-gain:.1f} px farther off on frames it has not seen ({sure}). {_STAYS}"
    return f"No difference beyond chance on frames that the new network has not seen ({sure}). {_STAYS}"


def _but(report: FineTuneReport) -> str:
    if _misses_more(report):
        return f", but it misses more keypoints altogether than the old one. {_STAYS}"
    if report.drift is not None and not report.drift.tolerable:
        lost = 100 * (1 - report.drift.agreement)
        moved = f"it moves {lost:.0f} % of the keypoints that the old one is sure of"
        return f", but elsewhere {moved}. {_STAYS}"
    return ". It becomes the default."


def _misses_more(report: FineTuneReport) -> bool:
    before, after = report.pck20_before, report.pck20_after
    return before is not None and after is not None and after < before - 0.02
