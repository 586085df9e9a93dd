"""The rows of the tables that a report is shown in."""

from __future__ import annotations

from poseapp.core.finetune_report import FineTuneReport
from poseapp.gui.improve.numbers_table import NumbersRow
from poseapp.gui.improve.words import angle_name, change_words, counted, plain_name

_NOTHING = "–"
_PX, _PERCENT = "\u00a0px", "\u00a0%"


def summary_rows(report: FineTuneReport) -> list[NumbersRow]:
    """Return the errors as a whole; what was not measured is left out."""
    r = report
    rows = [
        _row("Median error", r.before_px, r.after_px, _PX, hint="Of all held-out keypoints, in picture px"),
        _row("Of the torso", r.before_torso, r.after_torso, _PERCENT, hint="The median error in % of the torso"),
        _share("Within 10 %", r.pck10_before, r.pck10_after),
        _share("Within 20 %", r.pck20_before, r.pck20_after),
    ]
    return [row for row in rows if row is not None]


def keypoint_rows(report: FineTuneReport) -> list[NumbersRow]:
    """Return the median error of every keypoint that was held out, px."""
    return [
        NumbersRow(
            plain_name(row.name),
            _number(row.before_px),
            _number(row.after_px),
            change_words(row.before_px, row.after_px, unit=""),
            f"{plain_name(row.name)}: median of {counted(row.n, 'held-out mark')}",
        )
        for row in report.keypoints
    ]


def angle_rows(report: FineTuneReport) -> list[NumbersRow]:
    """Return the median error of every angle that was held out, degrees."""
    return [
        NumbersRow(
            angle_name(row.name),
            _number(row.before_deg),
            _number(row.after_deg),
            change_words(row.before_deg, row.after_deg, unit=""),
            f"{plain_name(row.name)}: median of {counted(row.n, 'held-out pose')}",
        )
        for row in report.angles
    ]


def _row(name: str, before: float | None, after: float | None, unit: str, *, hint: str) -> NumbersRow | None:
    if before is None and after is None:
        return None
    change = change_words(before, after, unit="")
    return NumbersRow(name, _number(before, unit), _number(after, unit), change, f"{hint}: less is better")


def _share(name: str, before: float | None, after: float | None) -> NumbersRow | None:
    if before is None and after is None:
        return None
    before, after = (None if share is None else 100 * share for share in (before, after))
    hint = f"Share of held-out keypoints {name.lower()} of the torso of where they were placed: more is better"
    change = change_words(before, after, unit="", decimals=0)
    return NumbersRow(name, _number(before, _PERCENT, decimals=0), _number(after, _PERCENT, decimals=0), change, hint)


def _number(value: float | None, unit: str = "", *, decimals: int = 1) -> str:
    return _NOTHING if value is None else f"{value:.{decimals}f}{unit}"
