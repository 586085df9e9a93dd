"""The same work from a script or a notebook: `docs/api.md` has examples that run.

from poseapp import api

analysis = api.analyze("walk.mp4", project="walk.poseapp")
api.export(analysis, "walk.h5")
api.to_pandas(analysis)
"""

from poseapp.api.views import to_pandas, to_xarray
from poseapp.api.work import (
    Analysis,
    Box,
    FilterSettings,
    MeasureSettings,
    Options,
    agree,
    agree_with_reference,
    analyze,
    export,
    find_events,
    keep_reading,
    kinogram,
    measure,
    report,
    video,
)

__all__ = [
    "Analysis",
    "Box",
    "FilterSettings",
    "MeasureSettings",
    "Options",
    "agree",
    "agree_with_reference",
    "analyze",
    "export",
    "find_events",
    "keep_reading",
    "kinogram",
    "measure",
    "report",
    "to_pandas",
    "to_xarray",
    "video",
]
