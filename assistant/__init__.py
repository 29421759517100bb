"""The assistant: a question in, an answer of cited sentences out."""

# Whatever of this package is imported first, the dependencies are silent by then.
from index import silence  # noqa: F401
