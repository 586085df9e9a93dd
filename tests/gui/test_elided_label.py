"""A label shortens itself, and says the whole when hovered."""

from __future__ import annotations

import pytest

from poseapp.gui.style.elided_label import ElidedLabel

pytestmark = pytest.mark.gui


def test_whole_text_is_the_tooltip_only_while_it_is_cut(qtbot):
    label = ElidedLabel("A rather long name of a person")
    qtbot.addWidget(label)
    label.resize(60, 20)
    label.grab()
    assert label.toolTip() == "A rather long name of a person"
    label.resize(900, 20)
    label.grab()
    assert label.toolTip() == ""
    assert label.minimumSizeHint().width() < label.sizeHint().width()


def test_a_tooltip_of_its_own_stays(qtbot):
    label = ElidedLabel("A rather long name of a person")
    qtbot.addWidget(label)
    label.setToolTip("Who it is")
    label.resize(60, 20)
    label.grab()
    assert label.toolTip() == "Who it is"
