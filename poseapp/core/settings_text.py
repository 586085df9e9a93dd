"""How measuring is set, as the JSON text that projects, analysis files and the window's settings hold."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict

from poseapp.core.analysis import MeasureSettings, NeutralPose
from poseapp.core.errors import BadInputError
from poseapp.core.filter_settings import FilterSettings

MEASURE = "measure"  # name in project files: never change it


def settings_in(kept: Mapping[str, str], usual: MeasureSettings | None = None) -> MeasureSettings:
    """Return what the settings of a project, by name, say of measuring; `usual`, else the defaults, for nothing.

    Raises:
        BadInputError: What they say cannot be read, such as that of a later version.
    """
    text = kept.get(MEASURE, "")
    return settings_from_json(text) if text else usual or MeasureSettings()


def settings_to_json(settings: MeasureSettings) -> str:
    """Return the settings as one line of JSON."""
    return json.dumps(asdict(settings), ensure_ascii=False, separators=(",", ":"))


def settings_from_json(text: str) -> MeasureSettings:
    """Read what `settings_to_json` wrote; what is left out has its default.

    Raises:
        BadInputError: Something else, or a value that cannot be used.
    """
    try:
        known = dict(json.loads(text))
        made = FilterSettings(**known.pop("filter", {}))
        neutral = tuple(_pose_from(pose) for pose in known.pop("neutral", ()))
        return MeasureSettings(filter=made, neutral=neutral, **known)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise BadInputError(f"the settings for measuring cannot be read ({error})") from error


def _pose_from(pose: dict[str, object]) -> NeutralPose:
    offsets = tuple((str(name), float(value)) for name, value in pose["offsets"])  # type: ignore[attr-defined]
    return NeutralPose(int(str(pose["person"])), int(str(pose["start"])), int(str(pose["stop"])), offsets)
