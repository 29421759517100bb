"""What people see: the command line and the chat window."""

# Whatever of this package is imported first, the dependencies are silent by then.
import index.silence  # noqa: F401
