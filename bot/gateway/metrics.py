"""What the gateway counts, for Prometheus."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class Metrics:
    """Counters of one app; none of their labels says who a customer is."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.conversations = Counter(
            "recourse_conversations", "Conversations begun", ["language"], registry=self.registry
        )
        self.turns = Counter(
            "recourse_turns",
            "Turns by outcome: answered, agent, engine_down, given_up",
            ["outcome"],
            registry=self.registry,
        )
        self.turn_seconds = Histogram(
            "recourse_turn_seconds",
            "From a customer's message to its answer",
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.engine_seconds = Histogram(
            "recourse_engine_seconds",
            "What the engine takes of it",
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.errors = Counter(
            "recourse_errors", "Requests refused, by code", ["code"], registry=self.registry
        )
        self.streams = Gauge("recourse_streams", "Open event streams", registry=self.registry)
        self.waiting = Gauge(
            "recourse_conversations_waiting",
            "Conversations with an unanswered message",
            registry=self.registry,
        )

    def text(self) -> bytes:
        """Return everything in Prometheus' text format."""
        return generate_latest(self.registry)
