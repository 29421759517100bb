"""Benchmarks: each prints ratios against a named baseline measured in the same run."""

# Whatever of this package is imported first, the dependencies are silent by then.
from index import silence  # noqa: F401
