# Whatever of this package is imported first, the dependencies are silent by then.
from index import silence  # noqa: F401
