"""Where nothing can be written down, questions are answered all the same."""

import shutil
import sqlite3
from pathlib import Path

from tests.ui.browser import SERVE, serving
from tests.ui.visitor import QUESTION, visiting
from ui.conversations.keeping import Conversations, beside


def test_a_full_disk_holds_up_no_answer(sample_index: Path, tmp_path: Path) -> None:
    index, said = tmp_path / "index", tmp_path / "stderr"
    shutil.copytree(sample_index, index)
    Conversations(beside(index)).close()
    with sqlite3.connect(beside(index)) as file:
        file.execute("CREATE TRIGGER full BEFORE INSERT ON turns BEGIN SELECT RAISE(ABORT, 'no room'); END")
    with serving(index, errors=said) as served, visiting(served.url) as visitor:
        assert "Curse of Depth" in visitor.ask()
    assert "could not be written down: no room" in said.read_text(encoding="utf-8")
    assert "Traceback" not in said.read_text(encoding="utf-8")


def test_where_none_are_kept_no_file_is_made_and_a_conversation_goes_on(sample_index: Path, tmp_path: Path) -> None:
    index = tmp_path / "index"
    shutil.copytree(sample_index, index)
    with (
        serving(index, SERVE.replace("port=int", "keep_conversations=False, port=int")) as served,
        visiting(served.url) as visitor,
    ):
        visitor.introduce()
        visitor.ask()
        assert QUESTION.rstrip("?") in visitor.introduce()
    assert not beside(index).exists()
