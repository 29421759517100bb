"""What the page says where an event of it fails, so that Gradio does not say it in words of its own."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from index.errors import UserError

_FAILED = "This could not be done because of a fault in Scholiast. The terminal shows what went wrong."

_logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Fault:
    """What is said of a fault; nothing where there was none."""

    sentence: str = ""


@contextmanager
def caught(what: str, sentence: str = _FAILED) -> Iterator[Fault]:
    """Catch what fails in the block: of an error that a person can mend, its own sentence is said.

    Any other is a bug: its traceback goes to the terminal under `what`, and `sentence` is said, which points there.
    """
    fault = Fault()
    try:
        yield fault
    except UserError as error:
        fault.sentence = str(error)
    # The edge of the program: beyond it there is only Gradio.
    except Exception:
        _logger.exception(what)
        fault.sentence = sentence
