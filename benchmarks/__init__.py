"""Benchmarks: each prints ratios against a named baseline measured in the same run."""

# Whatever of this package is imported first, the dependencies are silent by then.
import index.silence  # noqa: F401
