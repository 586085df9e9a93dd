"""Jobs: order, failure, cancelling, and exactly one end."""

from __future__ import annotations

import gc
import threading

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject

from poseapp.services.job_runner import JobRunner

pytestmark = pytest.mark.gui


class Listener:
    def __init__(self, runner):
        self.events = []
        runner.produced.connect(lambda job, item: self.events.append(("item", job, item)))
        runner.failed.connect(lambda job, error: self.events.append(("failed", job, str(error))))
        runner.ended.connect(lambda job: self.events.append(("ended", job)))


@pytest.fixture
def runner(qapp):
    runner = JobRunner()
    yield runner
    runner.close()


def test_items_arrive_in_order_and_the_end_comes_once(runner, qtbot):
    heard = Listener(runner)
    job = runner.start(lambda cancel: iter(range(3)))
    qtbot.waitUntil(lambda: ("ended", job) in heard.events)
    assert heard.events == [("item", job, 0), ("item", job, 1), ("item", job, 2), ("ended", job)]
    assert not runner.is_running(job)


def test_items_are_made_off_the_gui_thread_and_received_on_it(runner, qtbot):
    seen = []

    def make(cancel):
        yield threading.get_ident()

    runner.produced.connect(lambda job, item: seen.append((item, threading.get_ident())))
    job = runner.start(make)
    qtbot.waitUntil(lambda: not runner.is_running(job))
    made, received = seen[0]
    assert made != received == threading.get_ident()


def test_a_failure_is_reported_and_then_the_end(runner, qtbot):
    heard = Listener(runner)

    def make(cancel):
        yield 1
        raise ValueError("no")

    job = runner.start(make)
    qtbot.waitUntil(lambda: ("ended", job) in heard.events)
    assert heard.events == [("item", job, 1), ("failed", job, "no"), ("ended", job)]


def test_a_cancelled_job_ends_once_and_its_late_items_are_dropped(runner, qtbot):
    heard = Listener(runner)
    gate = threading.Event()

    def make(cancel):
        yield 1
        gate.wait(5)
        yield 2

    job = runner.start(make)
    qtbot.waitUntil(lambda: ("item", job, 1) in heard.events)
    runner.cancel(job)
    gate.set()
    qtbot.waitUntil(lambda: not runner.is_running(job))
    assert heard.events == [("item", job, 1), ("ended", job)]


def test_two_jobs_are_told_apart(runner, qtbot):
    heard = Listener(runner)
    first = runner.start(lambda cancel: iter("a"))
    second = runner.start(lambda cancel: iter("b"))
    qtbot.waitUntil(lambda: {("ended", first), ("ended", second)} <= set(heard.events))
    assert ("item", first, "a") in heard.events
    assert ("item", second, "b") in heard.events


def test_close_waits_for_running_jobs(qapp):
    runner = JobRunner()

    def make(cancel):
        while not cancel():
            yield None

    job = runner.start(make)
    runner.close()
    assert not runner.is_running(job)


def test_jobs_of_a_line_follow_each_other_and_others_do_not_wait(runner, qtbot):
    heard = Listener(runner)
    gate, order = threading.Event(), []

    def make(name):
        def run(cancel):
            if name == "free":
                yield name
                return
            order.append(name)
            if name == "first":
                gate.wait(5)
            order.append(f"{name} done")
            yield name

        return run

    jobs = [runner.start(make(name), line="files") for name in ("first", "second", "third")]
    free = runner.start(make("free"))
    qtbot.waitUntil(lambda: ("ended", free) in heard.events)
    qtbot.waitUntil(lambda: order == ["first"])
    runner.cancel(jobs[1])  # it has its turn all the same, and nothing is heard of it
    gate.set()
    qtbot.waitUntil(lambda: ("ended", jobs[2]) in heard.events)
    assert order[1:] == ["first done", "second", "second done", "third", "third done"]
    assert [event for event in heard.events if event[1] == jobs[1]] == [("ended", jobs[1])]


def test_close_waits_for_a_whole_line(qapp):
    runner, done = JobRunner(), []

    def make(cancel):
        threading.Event().wait(0.02)
        done.append(1)
        yield None

    for _ in range(3):
        runner.start(make, line="files")
    runner.close()
    assert done == [1, 1, 1]


class Owner(QObject):
    """Has a runner, and starts jobs that hold it."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = JobRunner(self)
        self.runner.start(lambda _cancel: iter([len(self.objectName())]))


def deliver(kind: QEvent.Type, receiver: QObject | None = None) -> None:
    """Hand over the events of one kind that wait now."""
    QCoreApplication.sendPostedEvents(receiver, kind.value)


@pytest.mark.parametrize("closed", [False, True])
def test_a_job_may_be_the_last_to_hold_the_owner_of_its_runner(qtbot, closed):
    """The thread's own deletion freed the owner once, which deleted the thread again: a crash of the whole program."""
    owner = Owner()
    gone = []
    owner.destroyed.connect(lambda: gone.append("owner"))
    (thread,) = owner.runner._threads.values()
    assert thread.wait()
    del thread
    if closed:
        owner.runner.close()
    else:
        deliver(QEvent.Type.MetaCall, owner.runner)
    assert not owner.runner._threads
    del owner
    deliver(QEvent.Type.DeferredDelete)
    gc.collect()
    assert gone == ["owner"]
