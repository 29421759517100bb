# Whatever of this package is imported first, the dependencies are silent by then.
import index.silence  # noqa: F401
