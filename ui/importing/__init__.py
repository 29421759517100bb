"""Bringing papers in on the page: what was dropped or pasted is read and shown before it is added."""
