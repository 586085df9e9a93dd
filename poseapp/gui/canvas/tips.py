"""What hovering a keypoint tells: its name, whose it is, who placed it, and how sure that is."""

from __future__ import annotations

from poseapp.core.types import Source
from poseapp.gui.canvas.hit import Hit
from poseapp.gui.canvas.scene import Scene
from poseapp.gui.people.person_row import person_letter
from poseapp.gui.style.wording import format_percent

_SOURCES = {
    Source.PREDICTED: "predicted",
    Source.CORRECTED: "placed by you",
    Source.OCCLUDED: "placed by you, occluded",
    Source.INTERPOLATED: "interpolated",
    Source.PROPAGATED: "propagated",
}


def describe_keypoint(scene: Scene, hit: Hit) -> str:
    """Return the tool tip of a keypoint, "" where there is none."""
    if scene.skeleton is None or scene.poses is None:
        return ""
    at = hit.person, hit.keypoint
    name = scene.skeleton.keypoints[hit.keypoint].replace("_", " ")
    source = Source(int(scene.poses.source[at]))
    score = f", {format_percent(float(scene.poses.score[at]))} sure" if source is Source.PREDICTED else ""
    return f"{name} of person {person_letter(hit.person)}\n{_SOURCES.get(source, '')}{score}"
