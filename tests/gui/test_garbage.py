"""Garbage is collected, and by the GUI thread."""

from __future__ import annotations

import gc
import threading
import weakref

import pytest

from poseapp.gui.garbage import GuiGarbage

pytestmark = pytest.mark.gui


class Knot:
    def __init__(self, seen):
        self.itself = self
        weakref.finalize(self, lambda: seen.append(threading.get_ident()))


def test_cycles_are_collected_in_the_gui_thread_only(qtbot):
    was_on = gc.isenabled()
    garbage = GuiGarbage()
    try:
        seen = []

        def make():
            for _ in range(3000):
                Knot(seen)

        thread = threading.Thread(target=make)
        thread.start()
        thread.join()
        assert seen == []
        qtbot.waitUntil(lambda: len(seen) == 3000, timeout=5000)
        assert set(seen) == {threading.get_ident()}
    finally:
        garbage.close()
        if not was_on:
            gc.disable()


def test_what_has_survived_is_set_aside_until_it_may_have_changed(qapp):
    was_on = gc.isenabled()
    garbage = GuiGarbage()
    try:
        assert gc.get_freeze_count() > 10_000  # libraries and tests
        assert len(gc.get_objects()) < 5000
        seen, knot = [], Knot([])
        weakref.finalize(knot, seen.append, "gone")
        garbage._collect_all()
        del knot
        garbage._collect_all()
        assert seen == []
        garbage.thaw()
        garbage._collect_all()
        assert seen == ["gone"]
    finally:
        garbage.close()
        assert gc.get_freeze_count() == 0
        if not was_on:
            gc.disable()


def test_the_collection_stays_off_where_qt_still_deletes(qapp):
    GuiGarbage().close(give_back=False)
    assert not gc.isenabled()
    assert gc.get_freeze_count() == 0
