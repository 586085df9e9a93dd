"""Working ahead ends cleanly, whoever ends it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from poseapp.jobs.prefetch import THREAD_NAME, prefetch


def workers() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name == THREAD_NAME]


def test_items_come_in_order_from_another_thread() -> None:
    def make() -> Iterator[tuple[int, str]]:
        for i in range(50):
            yield i, threading.current_thread().name

    items = list(prefetch(make, depth=3))
    assert [i for i, _ in items] == list(range(50))
    assert {name for _, name in items} == {THREAD_NAME}
    assert workers() == []


def test_never_further_ahead_than_asked() -> None:
    made: list[int] = []

    def make() -> Iterator[int]:
        for i in range(100):
            made.append(i)
            yield i

    items = prefetch(make, depth=4)
    assert next(items) == 0
    time.sleep(0.2)
    assert len(made) <= 1 + 4 + 1  # taken, waiting, in hand
    items.close()
    assert workers() == []


def test_closing_early_closes_the_source() -> None:
    closed = threading.Event()

    def make() -> Iterator[int]:
        try:
            yield from range(1000)
        finally:
            closed.set()

    items = prefetch(make, depth=2)
    next(items)
    items.close()
    assert closed.is_set()
    assert workers() == []


def test_error_of_the_source_comes_after_its_items() -> None:
    def make() -> Iterator[int]:
        yield 1
        yield 2
        raise OSError("the disk is gone")

    items = prefetch(make, depth=8)
    assert [next(items), next(items)] == [1, 2]
    with pytest.raises(OSError, match="disk is gone"):
        next(items)
    assert workers() == []


def test_error_before_the_first_item() -> None:
    def make() -> Iterator[int]:
        raise ValueError("no source")

    with pytest.raises(ValueError, match="no source"):
        next(prefetch(make, depth=1))
    assert workers() == []


def test_never_started_leaves_nothing() -> None:
    prefetch(lambda: iter(range(3)), depth=1).close()
    assert workers() == []
