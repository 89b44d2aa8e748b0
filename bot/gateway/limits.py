"""Rate limits: token buckets in memory, as many as are in use and never more than a fixed number."""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network

BUCKETS = 50_000
_IPV6_SITE_BITS = 64


@dataclass
class _Bucket:
    tokens: float
    at: float


class Limit:
    """At most `per_minute` at once and in any later minute, for each key."""

    def __init__(
        self, per_minute: int, clock: Callable[[], float] = time.monotonic, most_keys: int = BUCKETS
    ) -> None:
        self._size = float(per_minute)
        self._per_second = per_minute / 60
        self._clock = clock
        self._most_keys = most_keys
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def wait_seconds(self, key: str) -> int:
        """Take one token and return 0, or return the whole seconds until there is one again."""
        now = self._clock()
        bucket = self._buckets.setdefault(key, _Bucket(self._size, now))
        self._buckets.move_to_end(key)
        bucket.tokens = min(self._size, bucket.tokens + (now - bucket.at) * self._per_second)
        bucket.at = now
        # Whoever was quiet longest has the fullest bucket, so forgetting them changes least.
        while len(self._buckets) > self._most_keys:
            self._buckets.popitem(last=False)
        if bucket.tokens < 1:
            return max(1, math.ceil((1 - bucket.tokens) / self._per_second))
        bucket.tokens -= 1
        return 0


class Addresses:
    """Tells whom a request comes from; X-Forwarded-For counts only from proxies that the operator trusts."""

    def __init__(self, trusted_proxies: Sequence[str]) -> None:
        self._trusted = [ip_network(network) for network in trusted_proxies]

    def of(self, peer: str, forwarded_for: str | None) -> str:
        """Return the key to count under: an IPv4 address or, since one customer has many, an IPv6 site."""
        address = peer
        # Each proxy adds the address it saw at the end: the last that is no trusted proxy is the customer's.
        for hop in reversed((forwarded_for or "").split(",")):
            if not hop.strip() or not self._is_trusted(address):
                break
            address = hop.strip()
        return _site(address)

    def _is_trusted(self, address: str) -> bool:
        try:
            found = ip_address(address)
        except ValueError:
            return False
        return any(found in network for network in self._trusted)


def _site(address: str) -> str:
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return address[:64]
    if isinstance(found, IPv6Address) and found.ipv4_mapped is None:
        return str(ip_network((found, _IPV6_SITE_BITS), strict=False))
    return str(getattr(found, "ipv4_mapped", None) or found)
