"""How the shipped weights are made: claims and questions made by rule, labelled data, torch, ONNX."""

# Whatever of this package is imported first, the dependencies are silent by then.
from index import silence  # noqa: F401
