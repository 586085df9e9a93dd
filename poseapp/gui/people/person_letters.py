"""Says on the picture who is who: the person's letter and colour, as in the list of persons."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from poseapp.core.types import PoseView
from poseapp.gui.canvas.pose_paint import PoseContext
from poseapp.gui.people.person_row import person_letter
from poseapp.gui.style.theme import DARK, color, font

_RADIUS = 9.0  # px
_ABOVE = 22.0  # px, over the highest keypoint


def draw_person_letters(
    painter: QPainter, poses: PoseView, context: PoseContext, hues: Mapping[int, int] | None = None
) -> None:
    """Draw a disc with the letter above every visible person; the chosen one's has a ring.

    `hues` says whose colour a person has who has not the own one.
    """
    hues = hues or {}
    painter.setFont(font("small"))
    for person, xy in enumerate(poses.xy):
        seen = xy[np.isfinite(xy).all(axis=1)]
        if not len(seen) or person in context.hidden:
            continue
        x, y = context.view.to_widget(*(float(v) for v in seen[seen[:, 1].argmin()]))
        hue = hues.get(person, person)
        _draw_letter(painter, QPointF(x, y - _ABOVE), person, hue=hue, is_chosen=person == context.person)


def _draw_letter(painter: QPainter, at: QPointF, person: int, *, hue: int, is_chosen: bool) -> None:
    painter.setPen(QPen(QColor(255, 255, 255) if is_chosen else QColor(0, 0, 0, 150), 2))
    painter.setBrush(color(DARK.person(hue)))
    painter.drawEllipse(at, _RADIUS, _RADIUS)
    painter.setPen(color(DARK.background))
    box = QRectF(at.x() - _RADIUS, at.y() - _RADIUS, 2 * _RADIUS, 2 * _RADIUS)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, person_letter(person))
