"""Orders of hand-written packets: I P B B is stored as 0 3 1 2."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from poseapp.video.index import (
    FrameIndex,
    index_by_decoding,
    index_by_timestamps,
    is_variable,
    leave_out_first,
    nominal_rate,
    repair_ticks,
    timestamps_are_sound,
)
from poseapp.video.packets import NONE, Packets

TICK = Fraction(1, 1000)


def packets(pts: list[int], *, keys: list[int], hidden: tuple[int, ...] = (), dts: list[int] | None = None) -> Packets:
    n = len(pts)
    return Packets(
        pts=np.array(pts),
        dts=np.array(dts if dts is not None else range(n)),
        pos=np.arange(n) * 100,
        key=np.isin(np.arange(n), keys),
        shown=~np.isin(np.arange(n), hidden),
        damaged=np.zeros(n, bool),
        cut=False,
    )


def frames(index: FrameIndex) -> list[int]:
    return index.packet.tolist()


def test_closed_groups() -> None:
    index = index_by_timestamps(packets([0, 3, 1, 2, 4, 7, 5, 6], keys=[0, 4]), TICK)
    assert frames(index) == [0, 2, 3, 1, 4, 6, 7, 5]
    assert index.rank.tolist() == [0, 3, 1, 2, 4, 7, 5, 6]
    assert index.ticks.tolist() == list(range(8))
    assert [int(index.key[index.start_for(rank)]) for rank in range(8)] == [0, 0, 0, 0, 4, 4, 4, 4]
    assert index.end_of_group(1) == 3
    assert index.end_of_group(5) == 7


def test_leading_pictures_of_an_open_group_start_at_the_key_before() -> None:
    """Stored I0 P2 B1 | I5 B3 B4 P6: frames 3 and 4 need the group before."""
    index = index_by_timestamps(packets([0, 2, 1, 5, 3, 4, 6], keys=[0, 3]), TICK)
    assert [int(index.key[index.start_for(rank)]) for rank in range(7)] == [0, 0, 0, 0, 0, 3, 3]


def test_a_key_hidden_by_an_edit_list_is_still_a_start() -> None:
    index = index_by_timestamps(packets([-2, -1, 0, 1, 2], keys=[0, 3], hidden=(0, 1)), TICK)
    assert frames(index) == [2, 3, 4]
    assert index.rank.tolist() == [-1, -1, 0, 1, 2]
    assert [int(index.key[index.start_for(rank)]) for rank in range(3)] == [0, 3, 3]


def test_a_file_without_keys_starts_at_its_beginning() -> None:
    index = index_by_timestamps(packets([0, 1, 2], keys=[]), TICK)
    assert [int(index.key[index.start_for(rank)]) for rank in range(3)] == [0, 0, 0]


def test_seconds_of_ticks() -> None:
    index = index_by_timestamps(packets([3003, 6006], keys=[0]), Fraction(1, 90000))
    assert index.seconds == pytest.approx([3003 / 90000, 6006 / 90000])


@pytest.mark.parametrize(
    ("pts", "dts", "sound"),
    [
        ([0, 3, 1, 2], None, True),
        ([0, 3, NONE, 2], None, False),
        ([0, 3, 1, 1], None, False),
        ([0, 1, 2, 3], [0, 1, 0, 1], False),
        ([0, 1, 2, 3], [NONE, NONE, 0, 1], True),
        ([*range(100, 200), *range(100)], None, False),
    ],
)
def test_sound_timestamps(pts: list[int], dts: list[int] | None, sound: bool) -> None:
    assert timestamps_are_sound(packets(pts, keys=[0], dts=dts)) is sound


def test_order_taken_from_a_decoder() -> None:
    """Timestamps in order of storage: the times are sorted, the order is the decoder's; packet 4 gave nothing."""
    index = index_by_decoding(packets([0, 1, 2, 3, 4, 5], keys=[0, 3]), TICK, np.array([0, 2, 1, 3, 5]), 30)
    assert frames(index) == [0, 2, 1, 3, 5]
    assert index.rank.tolist() == [0, 2, 1, 3, -1, 4]
    assert index.ticks.tolist() == [0, 1, 2, 3, 5]
    assert [int(index.key[index.start_for(rank)]) for rank in range(5)] == [0, 0, 0, 3, 3]


@pytest.mark.parametrize(
    ("pts", "repaired"),
    [
        ([0, 20, 10, 30], [0, 10, 20, 30]),
        ([NONE, NONE, NONE], [0, 10, 20]),
        ([NONE, 50, NONE, NONE, 80], [40, 50, 60, 70, 80]),
        ([0, 10, 10, 30, NONE], [0, 10, 20, 30, 40]),
        ([100, 110, 0, 10], [100, 110, 120, 130]),
    ],
)
def test_repaired_times_rise(pts: list[int], repaired: list[float]) -> None:
    if pts == [100, 110, 0, 10]:
        pts, repaired = [*range(100, 800, 10), 0, 10], [*range(100, 820, 10)]
    assert repair_ticks(np.array(pts), 10.0).tolist() == repaired


def test_first_frames_left_out() -> None:
    index = leave_out_first(index_by_timestamps(packets(list(range(6)), keys=[2, 4]), TICK), 2)
    assert frames(index) == [2, 3, 4, 5]
    assert index.rank.tolist() == [-1, -1, 0, 1, 2, 3]
    assert index.ticks.tolist() == [2, 3, 4, 5]
    assert [int(index.key[index.start_for(rank)]) for rank in range(4)] == [2, 2, 4, 4]


def test_rounding_is_not_a_variable_rate() -> None:
    ms = np.round(np.arange(200) * 1000 / 29.97)
    assert not is_variable(ms, TICK)
    assert not is_variable(ms * 16, Fraction(1, 16000)), "times of whole ms, copied to a finer clock"
    assert not is_variable(np.arange(200) * 3003.0, Fraction(1, 90000))
    ms[100:] += 3
    assert is_variable(ms, TICK)
    assert is_variable(ms * 16, Fraction(1, 16000))


def test_jitter_is_a_variable_rate() -> None:
    times = np.arange(60) * 3000.0
    times[::7] += 200  # 2 ms of a clock that tells 1/90000 s
    assert is_variable(times, Fraction(1, 90000))
    assert not is_variable(times[:2], Fraction(1, 90000))


def test_nominal_rate() -> None:
    def index(pts: list[int]) -> FrameIndex:
        return index_by_timestamps(packets(pts, keys=[0]), TICK)

    assert nominal_rate(index([5]), variable=False, announced=30.0) == 0
    assert nominal_rate(index([0, 33, 67, 100]), variable=False, announced=30.0) == 30.0
    assert nominal_rate(index([0, 33, 67, 100]), variable=False, announced=25.0) == pytest.approx(30.0)
    assert nominal_rate(index([0, 40, 80, 500]), variable=True, announced=30.0) == pytest.approx(25.0)
