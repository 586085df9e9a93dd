"""A report as one HTML file that needs nothing beside it: pictures and curves are inside, no script, no link."""

from __future__ import annotations

import base64
import io
from importlib import resources
from pathlib import Path

import numpy as np
import numpy.typing as npt
from jinja2 import Environment
from markupsafe import Markup
from PIL import Image

from poseapp.core.atomic import atomic_path
from poseapp.reports.content import ReportContent
from poseapp.reports.plots import plot_as_svg

_TEMPLATE = "report.html.j2"


def write_html(path: Path, content: ReportContent) -> None:
    """Write the page. Raises BadInputError where it cannot be written."""
    text = render_html(content)
    with atomic_path(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def render_html(content: ReportContent) -> str:
    """Return the page; every word of the content is escaped."""
    source = (resources.files("poseapp.reports") / _TEMPLATE).read_text(encoding="utf-8")
    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    # Made by Matplotlib, which escapes the letters that it draws.
    plots = [Markup(plot_as_svg(plot)) for plot in content.plots]
    frames = [(_data_uri(frame.rgb), frame.caption) for frame in content.key_frames]
    return environment.from_string(source).render(report=content, plots=plots, frames=frames)


def _data_uri(rgb: npt.NDArray[np.uint8]) -> str:
    target = io.BytesIO()
    Image.fromarray(rgb).save(target, format="JPEG", quality=88)
    return "data:image/jpeg;base64," + base64.b64encode(target.getvalue()).decode("ascii")
