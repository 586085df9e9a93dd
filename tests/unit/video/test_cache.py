from __future__ import annotations

from poseapp.video.cache import ByteCache


def test_forgets_what_was_used_longest_ago() -> None:
    cache: ByteCache[str] = ByteCache(30)
    for key in (1, 2, 3):
        cache.put(key, str(key), 10)
    assert cache.get(1) == "1"
    cache.put(4, "4", 10)
    assert [key in cache for key in (1, 2, 3, 4)] == [True, False, True, True]
    assert cache.bytes == 30


def test_a_value_put_again_counts_once() -> None:
    cache: ByteCache[str] = ByteCache(30)
    cache.put(1, "a", 10)
    cache.put(1, "b", 20)
    assert (cache.get(1), cache.bytes, len(cache)) == ("b", 20, 1)


def test_the_newest_stays_even_when_too_large() -> None:
    cache: ByteCache[str] = ByteCache(5)
    cache.put(1, "a", 3)
    cache.put(2, "b", 10)
    assert 2 in cache
    assert len(cache) == 1
    cache.clear()
    assert (len(cache), cache.bytes, cache.get(2)) == (0, 0, None)
