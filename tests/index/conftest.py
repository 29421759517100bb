"""A folder that everyone may enter, for the tests of what somebody else may not read."""

from tests.index.another_user import shared

__all__ = ["shared"]
