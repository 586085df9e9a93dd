"""The sentences that tell a clinician what a fine-tuning came to."""

from __future__ import annotations

from poseapp.core.finetune_report import FineTuneReport, KeypointRow

_LOST = 0.2  # of the torso: a keypoint whose median error grows by more is missed where it was found
_LEAST_MARKS = 3  # held out, of a keypoint that is judged by itself
_STAYS = "The old network stays the default."


def is_better(report: FineTuneReport) -> bool:
    """Tell whether the new network is better beyond noise: nearer for sure, no more misses, little lost elsewhere."""
    if report.interval is None or report.interval[0] <= 0:
        return False
    return not _misses_more(report) and not lost_keypoints(report) and (report.drift is None or report.drift.tolerable)


def lost_keypoints(report: FineTuneReport) -> tuple[KeypointRow, ...]:
    """Return the keypoints that became much worse, which a median over all of them does not see; the worst first."""
    if not report.before_px or not report.before_torso:
        return ()
    limit = _LOST * report.before_px / (report.before_torso / 100)
    rows = [row for row in report.keypoints if row.n >= _LEAST_MARKS and row.before_px is not None]
    lost = [row for row in rows if row.after_px - (row.before_px or 0.0) > limit]
    return tuple(sorted(lost, key=lambda row: (row.before_px or 0.0) - row.after_px))


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
    worse = lost_keypoints(report)
    if worse:
        worst = worse[0]
        title = worst.name.replace("_", " ")
        more = f", and so did {len(worse) - 1} more" if len(worse) > 1 else ""
        return f", but the {title} became much worse ({worst.before_px:.0f} → {worst.after_px:.0f} px){more}. {_STAYS}"
    if report.drift is not None and not report.drift.tolerable:
        lost = 100 * (1 - report.drift.agreement)
        moved = f"it moves {lost:.0f} % of the keypoints that the old one is sure of"
        return f", but elsewhere {moved}. {_STAYS}"
    return ". It becomes the default."


def _misses_more(report: FineTuneReport) -> bool:
    before, after = report.pck20_before, report.pck20_after
    return before is not None and after is not None and after < before - 0.02
