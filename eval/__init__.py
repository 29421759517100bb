"""The evals: is the right paper found, does each citation hold, is a refusal right."""

# Whatever of this package is imported first, the dependencies are silent by then.
from index import silence  # noqa: F401
