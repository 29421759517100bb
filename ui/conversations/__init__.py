"""Conversations and what was thought of their answers, kept in one file beside the index."""
