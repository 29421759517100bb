"""Somebody who owns no file of the index, and folders that they may enter."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

IS_ROOT = os.geteuid() == 0
NOBODY = 65534


@contextmanager
def another_user() -> Iterator[None]:
    """What is done within is done by somebody who owns no file of the index, and is in no group of it.

    Where only root can become another user, whoever runs the tests stays who they are, and is shut out as the owner.
    """
    if not IS_ROOT:
        yield
        return
    groups = os.getgroups()
    os.setgroups([])
    os.setresgid(NOBODY, NOBODY, 0)
    os.setresuid(NOBODY, NOBODY, 0)
    try:
        yield
    finally:
        os.setresuid(0, 0, 0)
        os.setresgid(0, 0, 0)
        os.setgroups(groups)


@pytest.fixture(scope="module")
def shared() -> Iterator[Path]:
    """A folder that everyone may enter: those of pytest are their owner's alone."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)
