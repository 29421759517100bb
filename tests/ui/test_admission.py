"""Who is answered and who waits: in the order of coming, those back from an endpoint first, and told for how long."""

import threading
from collections.abc import Generator
from contextlib import closing

import pytest

from ui.admission import Full, Place, Room

AT_ONCE = 0.0
PATIENCE = 10


class Clock:
    """Seconds that pass when they are told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def held(clock: Clock, place: Place, seconds: float) -> None:
    """Compute at `place` for so long."""
    with place:
        clock.now += seconds


def test_places_are_given_in_the_order_of_coming() -> None:
    room = Room(2, 10)
    first, second, third, fourth = (room.enter() for _ in range(4))
    assert [one.wait(AT_ONCE) for one in (first, second, third, fourth)] == [True, True, False, False]
    with second:
        pass
    assert [one.wait(AT_ONCE) for one in (third, fourth)] == [True, False]
    with first, third:
        assert not fourth.wait(AT_ONCE)
    assert fourth.wait(AT_ONCE)


def test_who_waits_is_told_how_many_come_before_and_how_long_that_takes() -> None:
    clock = Clock()
    room = Room(1, 20, clock)
    for _ in range(100):
        held(clock, room.enter(), 4.0)
    first, *others = (room.enter() for _ in range(15))
    assert first.told == ""
    assert others[0].told == "One question is before yours; about 4 seconds."
    assert others[1].told == "Two questions are before yours; about 8 seconds."
    assert others[13].told == "14 questions are before yours; about 56 seconds."
    held(clock, first, 4.0)
    assert others[0].told == ""
    assert others[1].told == "One question is before yours; about 4 seconds."


def test_a_full_room_says_so_and_when_to_ask_again() -> None:
    room = Room(1, 3)
    places = [room.enter() for _ in range(3)]
    with pytest.raises(Full) as full:
        room.enter()
    assert full.value.sentence == (
        "Too many questions are being answered for yours to wait here. It stays in the box: ask it again in about 3 seconds."
    )
    places[2].withdraw()
    assert not room.enter().wait(AT_ONCE)


def test_a_short_wait_is_a_second() -> None:
    clock = Clock()
    room = Room(1, 20, clock)
    for _ in range(100):
        held(clock, room.enter(), 0.01)
    room.enter()
    assert room.enter().told == "One question is before yours; about 1 second."


def test_who_waits_for_an_endpoint_holds_no_place_and_is_next_when_back() -> None:
    room = Room(1, 10)
    asking, other, later = room.enter(), room.enter(), room.enter()
    back = threading.Event()

    def ask() -> None:
        with asking:
            with asking.away():
                back.wait(PATIENCE)
            back.clear()

    thread = threading.Thread(target=ask)
    thread.start()
    assert other.wait(PATIENCE)
    with other:
        back.set()
        # Back, and waiting for the place of the other; then before the one who came last.
        while not room._returning:
            pass
        assert not later.wait(AT_ONCE)
    thread.join(PATIENCE)
    assert not thread.is_alive()
    assert not back.is_set()
    assert later.wait(AT_ONCE)


def test_what_fails_at_an_endpoint_takes_its_place_again() -> None:
    room = Room(1, 10)
    with (place := room.enter()):
        with pytest.raises(ValueError, match="no answer"), place.away():
            raise ValueError("no answer")
        assert not room.enter().wait(AT_ONCE)


def test_a_stream_that_is_closed_waits_for_no_place() -> None:
    room = Room(1, 10)
    place = room.enter()

    def words() -> Generator[str, None, None]:
        with place.away():
            yield "a word"

    with place, closing(words()) as stream:
        next(stream)
        assert room.enter().wait(AT_ONCE)
    # Another holds the one place all this time.
    assert not room.enter().wait(AT_ONCE)


def test_who_leaves_while_waiting_is_no_longer_counted() -> None:
    room = Room(1, 10)
    room.enter()
    second, third = room.enter(), room.enter()
    second.withdraw()
    second.withdraw()
    assert third.told.startswith("One question is")


def test_who_leaves_before_computing_gives_the_place_on() -> None:
    room = Room(1, 10)
    called, waiting = room.enter(), room.enter()
    called.withdraw()
    assert waiting.wait(AT_ONCE)


def test_a_place_is_taken_for_as_long_as_is_computed_though_nobody_looks_any_more() -> None:
    room = Room(1, 10)
    place, waiting = room.enter(), room.enter()
    with place:
        place.withdraw()
        assert not waiting.wait(AT_ONCE)
    assert waiting.wait(AT_ONCE)


def test_who_left_while_away_comes_back_to_no_place_and_waits_for_none() -> None:
    room = Room(1, 10)
    place, waiting = room.enter(), room.enter()
    with place:
        with place.away():
            place.withdraw()
        assert waiting.wait(AT_ONCE)
    assert not room.enter().wait(AT_ONCE)
