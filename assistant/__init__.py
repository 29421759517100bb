"""The assistant: a question in, an answer of cited sentences out."""

# Whatever of this package is imported first, the dependencies are silent by then.
import index.silence  # noqa: F401
