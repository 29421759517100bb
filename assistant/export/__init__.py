"""Answers to keep: as text and as Markdown, with their references."""
