"""Who may ask how often, and whom a request is counted for."""

from __future__ import annotations

import pytest

from bot.gateway.limits import Addresses, Limit


class Watch:
    def __init__(self):
        self.seconds = 0.0

    def __call__(self):
        return self.seconds


def test_a_limit_lets_a_burst_through_and_then_one_at_a_time():
    watch = Watch()
    limit = Limit(60, watch)
    assert [limit.wait_seconds("a") for _ in range(60)] == [0] * 60
    assert limit.wait_seconds("a") == 1
    assert limit.wait_seconds("b") == 0
    watch.seconds += 1
    assert limit.wait_seconds("a") == 0
    assert limit.wait_seconds("a") == 1


def test_whoever_asks_in_vain_waits_no_longer_for_it():
    watch = Watch()
    limit = Limit(1, watch)
    assert limit.wait_seconds("a") == 0
    for elapsed, left in [(0, 60), (30, 30), (30, 0)]:
        watch.seconds += elapsed
        assert limit.wait_seconds("a") == left


def test_a_pause_saves_up_no_more_than_a_minutes_worth():
    watch = Watch()
    limit = Limit(2, watch)
    limit.wait_seconds("a")
    watch.seconds += 10_000
    assert [limit.wait_seconds("a") > 0 for _ in range(3)] == [False, False, True]


def test_memory_is_bounded_and_the_quietest_are_forgotten_first():
    limit = Limit(1, Watch(), most_keys=2)
    for key in ("a", "b", "a", "c"):
        limit.wait_seconds(key)
    assert limit.wait_seconds("a") > 0
    assert limit.wait_seconds("b") == 0


@pytest.mark.parametrize(
    "trusted, peer, forwarded_for, address",
    [
        ([], "203.0.113.7", None, "203.0.113.7"),
        ([], "203.0.113.7", "198.51.100.1", "203.0.113.7"),
        (["10.0.0.0/8"], "10.1.1.1", "198.51.100.1", "198.51.100.1"),
        (["10.0.0.0/8"], "10.1.1.1", "6.6.6.6, 198.51.100.1", "198.51.100.1"),
        (["10.0.0.0/8"], "10.1.1.1", "6.6.6.6, 198.51.100.1, 10.2.2.2", "198.51.100.1"),
        (["10.0.0.0/8"], "10.1.1.1", "", "10.1.1.1"),
        (["10.0.0.0/8"], "203.0.113.7", "198.51.100.1", "203.0.113.7"),
        ([], "2001:db8:1:2:3:4:5:6", None, "2001:db8:1:2::/64"),
        ([], "2001:db8:1:2:ffff::1", None, "2001:db8:1:2::/64"),
        ([], "::ffff:203.0.113.7", None, "203.0.113.7"),
        ([], "unknown", None, "unknown"),
        (["10.0.0.0/8"], "10.1.1.1", "x" * 200, "x" * 64),
    ],
)
def test_a_request_counts_for_the_last_address_that_is_no_trusted_proxy(
    trusted, peer, forwarded_for, address
):
    assert Addresses(trusted).of(peer, forwarded_for) == address
