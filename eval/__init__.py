"""The evals: is the right paper found, does each citation hold, is a refusal right."""

# Whatever of this package is imported first, the dependencies are silent by then.
import index.silence  # noqa: F401
