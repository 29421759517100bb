"""Who asks again, when, and for how long nobody does; no clock here is a real one."""

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.llm.action import Action, Fault, LLMFailed
from assistant.llm.messages import Finished, Message
from assistant.llm.retrying import Retrying
from tests.faults import taken

RETRIED = ("unreachable", "overloaded")


@dataclass(slots=True)
class Clock:
    """Time that passes when somebody sleeps."""

    now: float = 1000.0
    slept: list[float] = field(default_factory=list)

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@dataclass(frozen=True, slots=True)
class Attempt:
    """What one request comes to: some text, seconds later a fault, or none."""

    fault: Fault | None = None
    text: tuple[str, ...] = ()
    seconds: float = 0.0
    retry_after: float | None = None


@dataclass(slots=True)
class Scripted:
    """An LLM that comes to one attempt after the other, and then to the last one for ever."""

    clock: Clock
    attempts: Sequence[Attempt]
    at: list[float] = field(default_factory=list)
    meanwhile: Callable[[], None] = lambda: None

    def stream(self, messages: Sequence[Message], action: Action) -> Iterator[str | Finished]:
        assert messages == MESSAGES
        action.take_request()
        attempt = self.attempts[min(len(self.at), len(self.attempts) - 1)]
        self.at.append(self.clock.now)
        self.meanwhile()
        yield from attempt.text
        self.clock.now += min(attempt.seconds, action.seconds_left)
        action.check()
        if attempt.fault:
            raise LLMFailed(attempt.fault, f"It is {attempt.fault}.", retry_after=attempt.retry_after)
        yield Finished()


MESSAGES = (Message("system", "Answer."), Message("user", "Why?"))


def asked(*attempts: Attempt, seconds: float = 120.0) -> tuple[str, Finished | LLMFailed, Scripted]:
    """What an action comes to with these attempts."""
    clock = Clock()
    llm = Scripted(clock, attempts)
    return *taken(Retrying(llm, clock=clock).stream(MESSAGES, action(clock, seconds))), llm


def action(clock: Clock, seconds: float = 120.0) -> Action:
    return Action(seconds, clock=clock, sleep=clock.sleep)


@pytest.mark.parametrize("fault", RETRIED)
def test_what_may_pass_is_asked_again_at_most_twice(fault: Fault) -> None:
    text, end, llm = asked(Attempt(fault), Attempt(fault), Attempt(text=("Yes.",)))
    assert (text, end, len(llm.at)) == ("Yes.", Finished(), 3)
    text, end, llm = asked(Attempt(fault))
    assert isinstance(end, LLMFailed)
    assert (text, end.fault, len(llm.at)) == ("", fault, 3)


@pytest.mark.parametrize("fault", sorted({*get_args(Fault)} - {*RETRIED, "unsupported"}))
def test_nothing_else_is_asked_again(fault: Fault) -> None:
    text, end, llm = asked(Attempt(fault))
    assert isinstance(end, LLMFailed)
    assert (text, end.fault, len(llm.at), llm.clock.slept) == ("", fault, 1, [])


@pytest.mark.parametrize("fault", [*RETRIED, "rate_limited"])
def test_nothing_is_asked_again_after_the_first_token(fault: Fault) -> None:
    text, end, llm = asked(Attempt(fault, ("Half",), retry_after=1), Attempt(text=("Yes.",)))
    assert isinstance(end, LLMFailed)
    assert (text, end.fault, len(llm.at)) == ("Half", fault, 1)


def test_a_request_without_the_field_that_was_refused_follows_at_once() -> None:
    text, _, llm = asked(Attempt("unsupported"), Attempt(text=("Yes.",)))
    assert (text, llm.clock.slept) == ("Yes.", [0.0])


def test_a_pause_of_up_to_ten_seconds_is_kept_and_no_longer_one() -> None:
    for fault in ("rate_limited", "overloaded"):
        text, _, llm = asked(Attempt(fault, retry_after=10), Attempt(text=("Yes.",)))
        assert text == "Yes."
        assert 10 <= llm.clock.slept[0] <= 10.5
        text, end, llm = asked(Attempt(fault, retry_after=10.1))
        assert isinstance(end, LLMFailed)
        assert (end.fault, llm.clock.slept) == (fault, [])


def test_pauses_are_random_and_grow_from_half_a_second_to_four() -> None:
    pauses = [asked(Attempt("overloaded"))[2].clock.slept for _ in range(300)]
    first, second = zip(*pauses, strict=True)
    assert 0.5 <= min(first) < 0.6
    assert 1.9 < max(first) <= 2
    assert 0.5 <= min(second) < 0.7
    assert 3.8 < max(second) <= 4


def test_an_endpoint_that_is_not_there_is_known_to_be_so_within_two_seconds() -> None:
    assert max(sum(asked(Attempt("unreachable"))[2].clock.slept) for _ in range(100)) < 2


def test_a_pause_that_would_outlast_the_deadline_is_not_begun() -> None:
    _, end, llm = asked(Attempt("rate_limited", retry_after=9), seconds=8)
    assert isinstance(end, LLMFailed)
    assert (end.fault, llm.clock.slept) == ("rate_limited", [])


@st.composite
def attempts(draw: st.DrawFn) -> Attempt:
    return Attempt(
        draw(st.sampled_from([None, *get_args(Fault)])),
        tuple(draw(st.lists(st.text(min_size=1), max_size=2))),
        draw(st.floats(0, 200)),
        draw(st.none() | st.floats(0, 4000)),
    )


@given(st.lists(st.lists(attempts(), min_size=1, max_size=4), min_size=1, max_size=6), st.floats(0.1, 200))
def test_no_sequence_of_faults_costs_more_than_three_requests_or_lasts_beyond_the_deadline(
    actions: list[list[Attempt]], seconds: float
) -> None:
    clock = Clock()
    llm = Scripted(clock, ())
    retrying = Retrying(llm, clock=clock)
    for faults in actions:
        llm.attempts, llm.at = faults, []
        began = clock.now
        _, end = taken(retrying.stream(MESSAGES, action(clock, seconds)))
        assert len(llm.at) <= 3
        assert clock.now - began <= seconds + 1e-6
        assert isinstance(end, Finished) or len(end.sentence) <= 300


def test_all_that_is_done_for_one_action_costs_three_requests() -> None:
    clock = Clock()
    llm = Scripted(clock, (Attempt("overloaded"), Attempt("overloaded"), Attempt(text=("Yes.",))))
    retrying, one = Retrying(llm, clock=clock), action(clock)
    assert taken(retrying.stream(MESSAGES, one))[0] == "Yes."
    text, end = taken(retrying.stream(MESSAGES, one))
    assert isinstance(end, LLMFailed)
    assert (text, end.fault, len(llm.at)) == ("", "requests_spent", 3)


class Patient:
    """A `Retrying` over one scripted LLM, asked by one action after the other."""

    def __init__(self, *given: Attempt) -> None:
        self.clock = Clock()
        self.llm = Scripted(self.clock, given)
        self.retrying = Retrying(self.llm, clock=self.clock)

    def ask(self) -> str:
        """The text, or the fault."""
        text, end = taken(self.retrying.stream(MESSAGES, action(self.clock)))
        return end.fault if isinstance(end, LLMFailed) else text


def test_after_five_failures_within_thirty_seconds_nobody_asks_for_fifteen() -> None:
    patient = Patient(*[Attempt("bad_response")] * 5, Attempt(text=("Yes.",)))
    assert [patient.ask() for _ in range(7)] == ["bad_response"] * 5 + ["circuit_open"] * 2
    patient.clock.now += 14.9
    assert patient.ask() == "circuit_open"
    patient.clock.now += 0.2
    assert [patient.ask(), patient.ask()] == ["Yes.", "Yes."]
    assert len(patient.llm.at) == 7


def test_whoever_is_not_let_through_is_told_what_failed() -> None:
    patient = Patient(Attempt("bad_response"))
    for _ in range(5):
        patient.ask()
    _, end = taken(patient.retrying.stream(MESSAGES, action(patient.clock)))
    assert str(end) == "The LLM is left alone for 15 s, as it failed 5 times: It is bad_response."


def test_one_question_alone_tries_whether_it_is_well_again() -> None:
    patient = Patient(Attempt("bad_response"))
    for _ in range(5):
        patient.ask()
    patient.clock.now += 16
    patient.llm.attempts = [Attempt(text=("Ye", "s."))]
    patient.llm.meanwhile = lambda: meanwhile.append(patient.ask())
    meanwhile: list[str] = []
    trying = patient.retrying.stream(MESSAGES, action(patient.clock))
    assert next(iter(trying)) == "Ye"
    assert meanwhile == ["circuit_open"]
    patient.llm.meanwhile = lambda: None
    assert patient.ask() == "Yes."
    trying.close()  # type: ignore[attr-defined]
    assert patient.ask() == "Yes."


def test_an_endpoint_that_breaks_off_every_time_is_left_alone_too() -> None:
    patient = Patient(Attempt("incomplete", ("Half",)))
    assert [patient.ask() for _ in range(6)] == ["incomplete"] * 5 + ["circuit_open"]
    patient.clock.now += 16
    assert [patient.ask(), patient.ask()] == ["incomplete", "circuit_open"]


def test_failures_that_are_far_apart_or_not_of_the_endpoint_do_not_add_up() -> None:
    patient = Patient(Attempt("bad_response"))
    for _ in range(20):
        assert patient.ask() == "bad_response"
        patient.clock.now += 8
    patient = Patient(Attempt("context"))
    assert {patient.ask() for _ in range(20)} == {"context"}


def test_a_circuit_that_opens_ends_the_retries_with_what_failed() -> None:
    patient = Patient(Attempt("overloaded"))
    assert [patient.ask() for _ in range(3)] == ["overloaded", "overloaded", "circuit_open"]
    assert len(patient.llm.at) == 5


def test_stopping_ends_a_pause() -> None:
    clock = Clock()
    llm = Scripted(clock, (Attempt("overloaded", retry_after=9),))
    one = Action(60)
    stopping = threading.Timer(0.05, one.stop)
    stopping.start()
    _, end = taken(Retrying(llm).stream(MESSAGES, one))
    stopping.join()
    assert isinstance(end, LLMFailed)
    assert (end.fault, len(llm.at)) == ("stopped", 1)
    assert one.seconds_left > 50


def test_an_action_that_was_stopped_asks_nothing_more() -> None:
    one = Action()
    one.stop()
    for doing in (one.check, one.take_request, lambda: one.pause(1), one.closing(lambda: None).__enter__):
        with pytest.raises(LLMFailed, match="stopped"):
            doing()
    assert one.requests_left == 3
