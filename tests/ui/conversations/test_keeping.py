"""What was asked and answered is kept, and is nobody else's."""

import sqlite3
import stat
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.opening import open_assistant
from assistant.settings import read_settings
from assistant.types import Answer, Question
from index.errors import UserError
from index.filters import Filter
from ui.conversations.keeping import UNREADABLE, Conversations, secret_beside
from ui.conversations.schema import MIGRATIONS
from ui.turns import Turn

ADA, BEN = "browser:ada", "browser:ben"


def turn(number: int, question: str = "Why?") -> Turn:
    return Turn(f"{number:032x}", question)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "index.conversations.sqlite"


@pytest.fixture(scope="module")
def answer(sample_index: Path) -> Answer:
    return open_assistant(read_settings(index=sample_index)).ask(Question("What is the curse of depth?"))


def test_an_answer_is_read_back_as_it_was_with_its_evidence_and_its_limits(path: Path, answer: Answer) -> None:
    kept = Conversations(path)
    asked = replace(turn(1, answer.question), within=Filter(since=2020, venues=("ACL",)))
    at = kept.begin(ADA, "", asked)
    kept.end(replace(asked, answer=answer))
    kept.close()
    assert Conversations(path).turns(ADA, at) == (replace(asked, answer=answer),)


def test_a_question_whose_answer_never_came_is_there(path: Path) -> None:
    at = Conversations(path).begin(ADA, "", turn(1))
    # Nothing is closed, as where the program is killed.
    assert Conversations(path).turns(ADA, at) == (turn(1),)


def test_a_conversation_is_nobody_elses(path: Path, answer: Answer) -> None:
    kept = Conversations(path)
    at = kept.begin(ADA, "", turn(1))
    kept.end(replace(turn(1), answer=answer))
    assert kept.turns(BEN, at) == ()
    assert kept.turn(BEN, turn(1).turn_id) is None
    assert kept.entries(BEN) == ()
    assert kept.begin(BEN, at, turn(2)) != at
    kept.rename(BEN, at, "Mine")
    kept.delete(BEN, at)
    kept.undo(BEN, at, turn(1).turn_id)
    kept.judge(BEN, turn(1).turn_id, "bad")
    assert [entry.title for entry in kept.entries(ADA)] == ["Why?"]
    assert len(kept.turns(ADA, at)) == 1
    assert kept.opinions() == ()


def test_two_windows_on_one_conversation_lose_nothing(path: Path) -> None:
    first, second = Conversations(path), Conversations(path)
    at = first.begin(ADA, "", turn(0))
    with ThreadPoolExecutor(8) as pool:
        for each in [pool.submit((first, second)[n % 2].begin, ADA, at, turn(n)) for n in range(1, 41)]:
            assert each.result() == at
    assert {one.turn_id for one in first.turns(ADA, at)} == {turn(n).turn_id for n in range(41)}


def test_the_list_is_newest_first_searched_renamed_and_what_is_deleted_comes_back(path: Path, answer: Answer) -> None:
    kept = Conversations(path)
    depth = kept.begin(ADA, "", turn(1, "What is 100% of  depth?" + " x" * 99))
    tides = kept.begin(ADA, "", turn(2, "And the tides?"))
    kept.end(replace(turn(1), answer=answer))
    assert [entry.conversation_id for entry in kept.entries(ADA)] == [tides, depth]
    assert kept.entries(ADA)[1].title.startswith("What is 100% of depth? x")
    assert len(kept.entries(ADA)[1].title) <= 80
    assert [entry.conversation_id for entry in kept.entries(ADA, "TIDES")] == [tides]
    assert [entry.conversation_id for entry in kept.entries(ADA, "Pre-L")] == []
    assert [entry.conversation_id for entry in kept.entries(ADA, "curse of depth")] == [depth]
    assert [entry.conversation_id for entry in kept.entries(ADA, "0%")] == [depth]
    assert kept.entries(ADA, "_") == ()
    kept.rename(ADA, tides, "  Tides  and\nwaves ")
    kept.rename(ADA, depth, " ")
    assert [entry.title[:15] for entry in kept.entries(ADA)] == ["Tides and waves", "What is 100% of"]
    kept.delete(ADA, tides)
    assert [entry.conversation_id for entry in kept.entries(ADA)] == [depth]
    assert kept.turns(ADA, tides) == ()
    kept.restore(ADA, tides)
    assert kept.turns(ADA, tides) == (turn(2, "And the tides?"),)


def test_a_turn_that_was_undone_is_shown_no_more_and_stays_in_the_file(path: Path) -> None:
    kept = Conversations(path)
    at = kept.begin(ADA, "", turn(1))
    kept.begin(ADA, at, turn(2))
    kept.undo(ADA, at, turn(2).turn_id)
    assert kept.begin(ADA, at, turn(3)) == at
    assert kept.turns(ADA, at) == (turn(1), turn(3))
    assert kept.turn(ADA, turn(2).turn_id) == turn(2)


def test_the_last_opinion_of_an_answer_and_of_each_of_its_citations_counts(path: Path, answer: Answer) -> None:
    kept = Conversations(path)
    kept.begin(ADA, "", turn(1))
    kept.end(replace(turn(1), answer=answer))
    kept.judge(ADA, turn(1).turn_id, "good")
    kept.judge(ADA, turn(1).turn_id, "bad", comment="Too short.")
    kept.judge(ADA, turn(1).turn_id, "wrong citation", 2)
    told = [(one.verdict, one.n, one.comment, one.turn.answer == answer) for one in kept.opinions()]
    assert told == [("bad", 0, "Too short.", True), ("wrong citation", 2, "", True)]


def test_the_file_and_the_secret_are_for_nobody_else_to_read(path: Path) -> None:
    kept = Conversations(path)
    kept.begin(ADA, "", turn(1))
    root = path.with_name("index")
    assert secret_beside(root) == secret_beside(root)
    for file in (path, path.with_name("index.conversations.secret")):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert ADA.encode() not in path.read_bytes() + path.with_name(path.name + "-wal").read_bytes()


@pytest.mark.parametrize("form", range(len(MIGRATIONS)))
def test_a_file_of_an_older_form_is_brought_to_the_newest(path: Path, form: int) -> None:
    with sqlite3.connect(path) as older:
        for statements in MIGRATIONS[:form]:
            older.executescript(statements)
        if form:
            older.execute("INSERT INTO conversations VALUES ('c', 'someone', 'Old', 1, 1, NULL)")
            older.execute(
                "INSERT INTO turns (id, conversation, place, question, asked) VALUES ('t', 'c', 1, 'Why?', 1)"
            )
        older.execute(f"PRAGMA user_version = {form}")
    kept = Conversations(path)
    kept.begin(ADA, "", turn(1))
    kept.judge(ADA, turn(1).turn_id, "good")
    assert len(kept.opinions()) == 1
    with sqlite3.connect(path) as newest:
        assert newest.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS),)
        assert newest.execute("SELECT count(*) FROM turns").fetchone() == (1 + bool(form),)


def test_a_file_of_a_newer_form_is_left_alone(path: Path) -> None:
    with sqlite3.connect(path) as newer:
        newer.execute("PRAGMA user_version = 99")
    with pytest.raises(UserError, match="newer Scholiast"):
        Conversations(path)


def test_what_is_no_file_of_conversations_names_the_cure(path: Path) -> None:
    path.write_text("not SQLite, but long enough to be taken for a file with a header of its own" * 9)
    with pytest.raises(UserError, match="SCHOLIAST_KEEP_CONVERSATIONS=false"):
        Conversations(path)


def test_an_answer_that_cannot_be_read_any_more_leaves_its_question_and_its_words(path: Path, answer: Answer) -> None:
    kept = Conversations(path)
    at = kept.begin(ADA, "", turn(1))
    kept.end(replace(turn(1), answer=answer))
    with sqlite3.connect(path) as file:
        file.execute("UPDATE turns SET answer = x'00'")
    (left,) = kept.turns(ADA, at)
    assert (left.question, left.said, left.note) == ("Why?", answer.text, UNREADABLE)
