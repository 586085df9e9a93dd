"""What is measured first: what was just changed, then what lies near the playhead."""

from __future__ import annotations

from poseapp.services.measure_plan import PIECE, MeasurePlan, Span

N = 10 * PIECE + 5


def test_a_short_clip_is_measured_as_a_whole():
    plan = MeasurePlan(900)
    plan.add(0, 30, 31)
    plan.add(0, 500, 600)
    assert plan.take(0) == (Span(0, 0, 900),)
    assert plan
    plan.finish(Span(0, 0, 900))
    assert not plan


def test_a_long_clip_is_measured_from_the_playhead_outwards():
    plan = MeasurePlan(N, whole=False)
    plan.add(0, 0, N)
    spans = plan.take(4 * PIECE + 10)
    assert len(spans) == 11
    assert spans[0] == Span(0, 4 * PIECE, 5 * PIECE)
    assert {span.start for span in spans[1:3]} == {3 * PIECE, 5 * PIECE}
    assert spans[-1] == Span(0, 10 * PIECE, N)


def test_a_change_is_urgent_and_what_it_interrupts_goes_on_afterwards():
    plan = MeasurePlan(N, whole=False)
    plan.add(0, 0, N)
    spans = plan.take(0)
    plan.finish(spans[0])
    assert not plan.should_interrupt
    plan.add(0, 300, 600)
    plan.add(0, 500, 700)
    plan.add(1, 500, 700)
    assert plan.should_interrupt
    plan.put_back()
    urgent = plan.take(0)
    assert urgent == (Span(0, 300, 700, urgent=True), Span(1, 500, 700, urgent=True))
    plan.add(0, 400, 500)
    assert not plan.should_interrupt  # it is short: let it end
    plan.put_back()
    assert set(plan.take(0)) == {Span(0, 300, 700, urgent=True), Span(1, 500, 700, urgent=True)}
    for span in urgent:
        plan.finish(span)
    assert plan.take(0) == spans[1:]


def test_persons_who_left_are_forgotten():
    plan = MeasurePlan(N, whole=False)
    plan.add(0, 5, 6)
    plan.add(2, 0, N)
    plan.add(1, 7, 8)
    assert plan.drop_from(1) == {1, 2}
    assert plan.take(0) == (Span(0, 5, 6, urgent=True),)
