"""The misbehaving endpoint, as the tests use it; it stands in `benchmarks`, which measures with it and may not import tests."""

from benchmarks.misbehaving import COUNTED, Body, Exchange, Misbehaving, Reply, Request, computes, refuses, says, sends

__all__ = ["COUNTED", "Body", "Exchange", "Misbehaving", "Reply", "Request", "computes", "refuses", "says", "sends"]
