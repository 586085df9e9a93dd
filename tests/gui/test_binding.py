"""The Qt binding keeps its books: PySide6 6.12.0 on Python 3.11 lost a reference to True at every emit."""

from __future__ import annotations

import sys

import pytest
from PySide6.QtCore import QObject, Signal

pytestmark = pytest.mark.gui

_TRUE = bool(1)


class Sender(QObject):
    told = Signal(int)


def test_emitting_does_not_lose_references(qapp):
    sender = Sender()
    before = sys.getrefcount(_TRUE)
    for _ in range(50):
        sender.told.emit(1)
    assert abs(sys.getrefcount(_TRUE) - before) < 25
