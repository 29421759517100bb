"""Embedders, and the vectors in Chroma or in a matrix."""
