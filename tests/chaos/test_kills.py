"""Builds that are killed and resumed: nothing acknowledged is lost, nothing is there twice, every index reads."""

import os

import pytest

from benchmarks.killed import run
from benchmarks.toll import Toll
from benchmarks.traced import why_not

pytestmark = pytest.mark.long


def test_twenty_builds_that_are_killed_at_random_moments_and_system_calls_lose_nothing() -> None:
    reason = why_not()
    if reason and not os.environ.get("CI"):
        pytest.skip(reason)
    assert reason is None
    tolls = run(trials=20, seed=1)
    whole = sum(tolls.values(), Toll())
    assert whole.said == ()
    assert (whole.lost, whole.duplicates, whole.unreadable, whole.misses) == (0, 0, 0, 0)
    assert whole.trials == 20
    assert whole.kills >= 15
