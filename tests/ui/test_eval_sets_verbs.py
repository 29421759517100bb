"""The verbs of `eval` that an endpoint has a part in, run as a program."""

import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

from assistant.opening import open_assistant
from assistant.settings import read_settings
from assistant.types import Question
from eval.judging import ROLES
from tests.faults import Exchange, Misbehaving, Reply, says
from tests.preloaded import scholiast
from ui.conversations.keeping import Conversations, beside
from ui.turns import Turn

PAIRS = [
    {"id": "1", "dataset": "d", "claim": "Depth helps.", "evidence": ["Depth helps a lot."], "label": "supported"},
    {"id": "2", "dataset": "d", "claim": "Depth hurts.", "evidence": ["Depth helps a lot."], "label": "contradicted"},
]


def judges(by_role: dict[str, str]) -> Reply:
    """Says of all claims what goes by the first words of the role that it is asked in."""

    def reply(exchange: Exchange) -> None:
        rules = exchange.request.body["messages"][0]["content"]
        says(next(said for words, said in by_role.items() if words in rules))(exchange)

    return reply


def verdicts(*words: str) -> str:
    return json.dumps({"verdicts": [{"claim": n, "verdict": word} for n, word in enumerate(words, 1)]})


def test_three_roles_judge_and_vote_and_what_cannot_be_read_of_one_is_counted(tmp_path: Path) -> None:
    path = tmp_path / "pairs.jsonl"
    path.write_text("".join(f"{json.dumps(pair)}\n" for pair in PAIRS))
    replies = {
        "fact checker": verdicts("full", "full"),
        "researcher": "Hard to say.",
        "linguist": verdicts("full", "none"),
    }
    with Misbehaving(judges(replies)) as served:
        named = {"SCHOLIAST_LLM_BASE_URL": served.url, "SCHOLIAST_LLM_MODEL": "scribe"}
        done = scholiast("eval", "judge", path, "--llm", "--roles", 3, "--json", **named)
    assert done.returncode == 0, done.stderr
    found = {each["engine"]: each["figures"] for each in map(json.loads, done.stdout.splitlines())}
    assert [*found] == ["scorer", "scribe, vote of 3 roles", *(f"scribe as {role}" for role in ROLES)]
    # Of the second pair, one says full and one none: the weaker counts.
    assert found["scribe, vote of 3 roles"][0]["value"] == 1.0
    assert found["scribe as fact checker"][0]["value"] == 0.5
    assert "scribe as domain reader said nothing that can be read of 2 of 2 pairs." in done.stderr
    assert re.search(r"3 requests, \d+ tokens", done.stderr)


def test_roles_without_an_llm_are_told_which_settings_to_make(tmp_path: Path) -> None:
    path = tmp_path / "pairs.jsonl"
    path.write_text(json.dumps(PAIRS[0]))
    done = scholiast("eval", "judge", path, "--llm", "--roles", 2)
    assert (done.returncode, done.stdout) == (1, "")
    assert "SCHOLIAST_LLM_MODEL" in done.stderr


def test_what_readers_marked_joins_the_drafts(sample_index: Path, tmp_path: Path) -> None:
    root = tmp_path / "index"
    shutil.copytree(sample_index, root)
    settings = read_settings(index=str(root))
    answer = open_assistant(settings).ask(Question("What is the curse of depth?"))
    kept, asked = Conversations(beside(settings.root)), Turn(f"{1:032x}", answer.question)
    kept.begin("browser:ada", "", asked)
    kept.end(replace(asked, answer=answer))
    kept.judge("browser:ada", asked.turn_id, "good")
    kept.close()
    done = scholiast("eval", "draft", "--count", 1, "--json", "--index", root)
    records = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one["slice"] for one in records] == ["number", "feedback"]
    assert (records[1]["question"], records[1]["reviewed"]) == (answer.question, False)
