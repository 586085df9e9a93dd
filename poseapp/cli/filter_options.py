"""The options of every command that measures: which filter, with which parameters."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import Any

from poseapp.core.analysis import VIEWS, MeasureSettings
from poseapp.core.filter_settings import CUTOFF_RULES, FILTER_KINDS, FILTER_ORDERS, MOTIONS


def add_filter_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that say how keypoints are smoothed and angles are measured."""
    group = parser.add_argument_group("measuring", "what is left out is as the project has it, else the default")
    group.add_argument("--filter", choices=FILTER_KINDS, dest="filter_kind", help="how keypoints are smoothed")
    group.add_argument(
        "--cutoff",
        type=_cutoff,
        metavar="HZ|RULE",
        help="-3 dB frequency of the whole filter (6), or residual or autocorrelation to find it in the data",
    )
    group.add_argument("--order", type=int, choices=FILTER_ORDERS, help="of the whole Butterworth filter (4)")
    group.add_argument(
        "--window", type=_positive, metavar="S", help="window of Savitzky-Golay, median and Hampel (0.2)"
    )
    group.add_argument("--degree", type=int, choices=range(6), help="Savitzky-Golay: of the polynomial (3)")
    group.add_argument("--threshold", type=_positive, metavar="N", help="Hampel: robust SDs of an outlier (3)")
    group.add_argument("--beta", type=_not_negative, metavar="B", help="One-Euro: Hz more for each px/s (0.01)")
    group.add_argument("--motion", choices=MOTIONS, help="Kalman: what stays the same (velocity)")
    group.add_argument(
        "--despike", action=argparse.BooleanOptionalAction, default=None, help="replace outliers (Hampel) first"
    )
    group.add_argument("--view", choices=VIEWS, help="what the camera sees, for frontal angles (auto)")


def settings_of(options: argparse.Namespace, base: MeasureSettings | None = None) -> MeasureSettings:
    """Return the settings that the options change in `base` (None: the defaults)."""
    base = base or MeasureSettings()
    changes: dict[str, Any] = {
        "kind": options.filter_kind,
        "order": options.order,
        "window_seconds": options.window,
        "degree": options.degree,
        "threshold": options.threshold,
        "beta": options.beta,
        "motion": options.motion,
        "despike": options.despike,
    }
    if options.cutoff in CUTOFF_RULES:
        changes["cutoff_rule"] = options.cutoff
    elif options.cutoff is not None:
        changes |= {"cutoff_hz": options.cutoff, "cutoff_rule": "given"}
    made = replace(base.filter, **{name: value for name, value in changes.items() if value is not None})
    return replace(base, filter=made, view=options.view or base.view)


def chosen_settings(options: argparse.Namespace, project: Path | None = None) -> MeasureSettings | None:
    """Return the settings of a project (None: the defaults) with what the options change; None where none was given.

    Raises:
        BadInputError: The project cannot be read.
    """
    given = ("filter_kind", "cutoff", "order", "window", "degree", "threshold", "beta", "motion", "despike", "view")
    if all(getattr(options, name) is None for name in given):
        return None
    from poseapp.jobs.run import project_settings

    return settings_of(options, project_settings(project))


def _cutoff(text: str) -> float | str:
    return text if text in CUTOFF_RULES[1:] else _positive(text)


def _positive(text: str) -> float:
    value = float(text)
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} is not a positive number")
    return value


def _not_negative(text: str) -> float:
    value = float(text)
    if not 0 <= value < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} is not a number from 0 on")
    return value
