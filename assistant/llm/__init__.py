"""The endpoint: one client, its retries and deadlines, its faults, what it thinks and wraps."""
