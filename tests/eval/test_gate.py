"""The gate, and what every report says of the scorer."""

from pathlib import Path

import pytest

from assistant.reading.grounding import CalibratedJudge
from eval.gate import GATE, read_gate, shortfalls
from eval.intervals import Figure
from eval.judging import judged, judging_figures
from eval.measures import JUDGED
from eval.pairs import PAIRS, read_pairs
from eval.shipped import SHIPPED
from eval.trust import trust, trust_text
from index.errors import GateError

FIGURES = {
    "verbatim": Figure("verbatim", 9, 0.9, 0.8, 1.0),
    "false refusal": Figure("false refusal", 9, 0.2, 0.1, 0.3),
    "list recall": Figure("list recall", 0, None, None, None),
}


def lines(tmp_path: Path, text: str) -> tuple[str, ...]:
    path = tmp_path / "gate.toml"
    path.write_text(text)
    return shortfalls(read_gate(path), {"set": {"extractive": FIGURES}})


def test_a_figure_that_falls_short_is_one_line(tmp_path: Path) -> None:
    assert lines(tmp_path, '[set]\nverbatim = 0.9\n"false refusal" = 0.2\n') == ()
    short = lines(tmp_path, '[set]\nverbatim = 0.95\n"false refusal" = 0.1\n"list recall" = 0.5\n')
    assert short == (
        "set, extractive: verbatim is 0.9000 (n = 9, 0.8000 to 1.0000); the gate wants at least 0.95.",
        "set, extractive: false refusal is 0.2000 (n = 9, 0.1000 to 0.3000); the gate wants at most 0.1.",
        "set, extractive: list recall was measured of no question; the gate wants at least 0.5.",
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            '[set]\n"false refusals" = 0.1',
            "'false refusals' of set, which is not measured. Did you mean 'false refusal'",
        ),
        ("[sett]\nverbatim = 1", "'sett', which was not run. Did you mean 'set'"),
        ("verbatim = 1", "stands in no set"),
        ("[set]\nverbatim = 90", "a number from 0 to 1, not 90"),
        ("[set]\nverbatim = true", "a number from 0 to 1"),
        ("[set", "Cannot read the gate"),
        ("", "holds no figure"),
    ],
)
def test_what_a_gate_names_wrong_is_named_with_what_was_meant(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(GateError, match=said.replace("(", r"\(")):
        lines(tmp_path, text)


def test_the_shipped_gate_is_of_the_shipped_sets() -> None:
    assert {bound.set for bound in read_gate(GATE)} == {each.questions.stem for each in SHIPPED}


def test_what_is_said_of_the_scorer_is_what_it_does(judge: CalibratedJudge) -> None:
    pairs = read_pairs(PAIRS)
    assert [*trust()] == [*dict.fromkeys(pair.dataset for pair in pairs)]
    for name, said in trust().items():
        found = judging_figures(judged(judge, [pair for pair in pairs if pair.dataset == name]))
        assert [(each.name, each.n) for each in found] == [(each.name, each.n) for each in said]
        # Another processor rounds int8 otherwise. Where this fails: scholiast eval judge --json > eval/judge.jsonl
        assert [each.value for each in found] == pytest.approx([each.value for each in said], abs=0.03)
    assert "claims fully supported" in trust_text(JUDGED)
