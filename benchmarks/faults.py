"""Has an endpoint on loopback commit every fault in turn, and prints what becomes of it.

`python -m benchmarks.faults`; the deadlines are shortened, those in force are in `assistant/llm/pacing.py`. Exits with 1 if
a fault was not dealt with as specified.
"""

import sys
import time
from dataclasses import dataclass

from assistant.llm.action import Action, Fault, LLMFailed
from assistant.llm.llm import Endpoint
from assistant.llm.messages import Finished, Message
from assistant.llm.retrying import Retrying
from benchmarks.fault_cases import CASES, PACE, PAUSES, TOTAL, Case

KEY = "sk-canary-0123456789abcdef"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a case: the text, the fault and its sentence, and what it took."""

    text: str
    fault: Fault | None
    told: str
    cut_off: bool
    requests: int
    seconds: float
    leaked: bool

    def is_as_specified(self, case: Case) -> bool:
        """Whether it is what `case` wants."""
        return (
            (self.text, self.fault, self.cut_off, self.leaked) == (case.text, case.fault, case.cut_off, False)
            and self.requests == case.requests
            and self.seconds <= case.seconds
        )


def outcome(case: Case) -> Outcome:
    """Ask once, with what stands between the user and an endpoint."""
    action = Action(TOTAL)
    text, fault, told, cut_off = "", None, "the answer", False
    with case.at() as place:
        llm = Retrying(Endpoint(place.url, "scripted", KEY, PACE), lambda low, high: (low + high) / 2 / PAUSES)
        began = time.monotonic()
        try:
            for part in llm.stream([Message("user", "What is found?")], action):
                if isinstance(part, Finished):
                    cut_off = part.cut_off
                else:
                    text += part
        except LLMFailed as failed:
            fault, told = failed.fault, failed.sentence
        seconds = time.monotonic() - began
        requests = place.came() if place.came else 3 - action.requests_left
        leaked = bool(place.leaks()) or KEY[:12] in told or KEY[-12:] in told
    return Outcome(text, fault, told, cut_off, requests, seconds, leaked)


def main() -> None:
    """Print the table."""
    outcomes = [(case, outcome(case)) for case in CASES]
    fine = [one.is_as_specified(case) for case, one in outcomes]
    print("| fault | requests | seconds | what the user is told | as specified |\n| --- | ---: | ---: | --- | --- |")
    for (case, one), good in zip(outcomes, fine, strict=True):
        print(f"| {case.name} | {one.requests} | {one.seconds:.2f} | {_told(one)} | {'yes' if good else 'no'} |")
    print(f"\n{sum(fine)} of {len(fine)} as specified.")
    sys.exit(not all(fine))


def _told(one: Outcome) -> str:
    begun = f"{len(one.text)} characters, then: " if one.text and one.fault else ""
    return f"{begun}{one.told}{', marked as cut off' if one.cut_off else ''}"


if __name__ == "__main__":
    main()
