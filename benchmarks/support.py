"""What the scorer of support is worth beside simpler rules, and what it costs: `python -m benchmarks.support`.

`--pairs FILE…` names labelled pairs; by default those that are shipped. Of data sets that the weights were trained on, only
what was held out counts; of that, and of the lines, the calibration is fitted on four fifths and applied to the fifth. Thresholds of the
simpler rules are tuned likewise on every data set, which is kind to them: the scorer's own are fixed. `--mistakes N` prints
the worst ones of each sort.
"""

import argparse
import hashlib
import resource
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path

import numpy as np

from assistant.reading import cross_encoder
from assistant.reading.cross_encoder import JUDGE, CrossEncoder
from assistant.reading.grounding import CalibratedJudge, coverage, features, missing_numbers
from benchmarks.corpora import SAMPLE, records
from benchmarks.table import cells, print_table
from eval.intervals import Figure, Values, figure_of
from eval.judging import Judged, balanced_accuracy, bins_of, calibration_error, judged
from eval.pairs import PAIRS, Pair, read_pairs
from eval.plot import reliability_svg
from index.vectors.embedding import LocalEmbedder
from training.calibrate import AS_READ, CALIBRATED_ON, LINES, calibrated, held_out, of_lines

_PARTS = 5
_BELIEVED = ("scifact", "lines", "healthver")
_RELIABILITY = Path(__file__).parents[1] / "docs" / "reliability-badges.svg"
_LONGEST = 500

Scores = Callable[[Sequence[Pair]], Values]


def main() -> None:
    """Print the table of figures, that of costs, and mistakes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=Path, nargs="*", default=[PAIRS], help="labelled pairs")
    parser.add_argument(
        "--lines", type=Path, default=LINES, help="the folder of the lines, whose claims are judged, too"
    )
    parser.add_argument("--mistakes", type=int, default=0, help="how many mistakes of each sort to print")
    arguments = parser.parse_args()
    pairs = held_out([pair for path in arguments.pairs for pair in read_pairs(path)])
    pairs += of_lines(arguments.lines, "dev")
    sets = {name: [pair for pair in pairs if pair.dataset == name] for name in dict.fromkeys(p.dataset for p in pairs)}
    reader = CrossEncoder(JUDGE)
    shipped = {name: _shipped(reader, name, own, pairs) for name, own in sets.items()}
    print_table(
        ("pairs, scorer", "n", "supported / rest", "95 %", "supported / contradicted", "95 %", "calibration error"),
        (row for name, own in sets.items() for row in _rows(reader, name, own, shipped[name])),
    )
    print()
    print_table(("cost", "ms of CPU time", "ratio"), _costs(pairs))
    print(f"\nPeak memory of all of this: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB.")
    believed = {
        name: bins_of(np.array([one.score for one in own]), np.array([float(one.pair.supported) for one in own]))
        for name, own in shipped.items()
        if name in _BELIEVED
    }
    _RELIABILITY.write_text(reliability_svg("The probability of a badge", believed), encoding="utf-8")
    _print_mistakes([each for found in shipped.values() for each in found], arguments.mistakes)


def _shipped(reader: CrossEncoder, name: str, own: Sequence[Pair], pairs: Sequence[Pair]) -> tuple[Judged, ...]:
    """The scorer as it is; of a data set that it was calibrated on, each fifth by a calibration on the other four."""
    if name not in CALIBRATED_ON:
        return judged(CalibratedJudge(reader), own)
    seen = [pair for pair in pairs if pair.dataset in CALIBRATED_ON]
    rows = [features(reader, pair.claim, pair.evidence) for pair in seen]
    found: dict[str, Judged] = {}
    for part in range(_PARTS):
        others = [place for place, pair in enumerate(seen) if _part(pair) != part]
        weights = calibrated([rows[place] for place in others], [seen[place] for place in others])
        mine = [pair for pair in own if _part(pair) == part]
        found |= {each.pair.id: each for each in judged(CalibratedJudge(reader, weights), mine)}
    return tuple(found[pair.id] for pair in own)


def _rows(
    reader: CrossEncoder, name: str, pairs: Sequence[Pair], shipped: Sequence[Judged]
) -> Iterator[tuple[str, ...]]:
    for scorer, scores in _SIMPLER.items():
        yield f"{name}, {scorer}", *_both(pairs, _tuned(pairs, scores(pairs))), "–"
    for scorer, found in (
        ("cross-encoder, not calibrated", judged(CalibratedJudge(reader, AS_READ), pairs)),
        ("as shipped", shipped),
    ):
        accepted = np.array([float(each.accepted) for each in found])
        labels = np.array([float(pair.supported) for pair in pairs])
        error = calibration_error(np.array([each.score for each in found]), labels)
        yield f"{name}, {scorer}", *_both(pairs, accepted), f"{100 * error:.1f}"


def _covered(pairs: Sequence[Pair]) -> Values:
    return np.array([coverage(pair.claim, pair.evidence[0].paper.abstract) for pair in pairs])


def _alike(pairs: Sequence[Pair]) -> Values:
    """The cosine of each claim with the sentence of its evidence that is most like it."""
    embedder = LocalEmbedder()
    claims = embedder.embed([pair.claim for pair in pairs])
    return np.array(
        [
            float((embedder.embed([passage.text for passage in pair.evidence][:60]) @ claim).max())
            for pair, claim in zip(pairs, claims, strict=True)
        ]
    )


def _covered_with_numbers(pairs: Sequence[Pair]) -> Values:
    """Token coverage; 0 where the evidence lacks a number of the claim."""
    missing = np.array([missing_numbers(pair.claim, pair.evidence[0].paper.abstract) for pair in pairs])
    return np.where(missing > 0, 0.0, _covered(pairs))


_SIMPLER: Mapping[str, Scores] = {
    "token coverage": _covered,
    "token coverage and the same numbers": _covered_with_numbers,
    "cosine": _alike,
}


def _tuned(pairs: Sequence[Pair], scores: Values) -> Values:
    """Whether each score reaches the threshold that was best for the other four fifths."""
    parts = np.array([_part(pair) for pair in pairs])
    labels = np.array([pair.supported for pair in pairs])
    accepted = np.zeros(len(pairs))
    for part in range(_PARTS):
        others = parts != part
        if not (labels[others].any() and (~labels[others]).any()):
            continue
        best = max(
            np.unique(scores[others]),
            key=lambda least: balanced_accuracy(
                (scores[others & labels] >= least).astype(float), (scores[others & ~labels] >= least).astype(float)
            ),
        )
        accepted[~others] = scores[~others] >= best
    return accepted


def _part(pair: Pair) -> int:
    """The fifth that a pair is in: with it, all that is held against the same text."""
    return int(hashlib.sha256((pair.title or pair.evidence[0].paper.abstract).encode()).hexdigest(), 16) // 3 % _PARTS


def _both(pairs: Sequence[Pair], accepted: Values) -> tuple[str, ...]:
    supported = accepted[[pair.supported for pair in pairs]]
    rest = accepted[[not pair.supported for pair in pairs]]
    against = accepted[[pair.label == "contradicted" for pair in pairs]]
    rows = (_figure(supported, rest), _figure(supported, against))
    return str(len(pairs)), *(cell for each in rows for cell in cells(each))


def _figure(supported: Values, others: Values) -> Figure | None:
    if not (len(supported) and len(others)):
        return None
    count = len(supported)
    return figure_of("", [supported, others], lambda both: balanced_accuracy(both[:count], both[count:]))


def _costs(pairs: Sequence[Pair]) -> Iterator[tuple[str, ...]]:
    embedder, reader = LocalEmbedder(threads=1), CrossEncoder(JUDGE, threads=1)
    papers = [each.paper for each in records([str(SAMPLE)], 100)]
    short = [cross_encoder.Pair(pair.claim, pair.evidence[0].text) for pair in pairs][:100]
    baseline = _spent(lambda: [embedder.embed([paper.abstract]) for paper in papers]) / len(papers)
    scoring = _spent(lambda: [reader.read([pair]) for pair in short]) / len(short)
    yield "embed one abstract (baseline)", f"{1000 * baseline:.2f}", "1.00"
    yield "score one claim against one quote", f"{1000 * scoring:.2f}", f"{scoring / baseline:.2f}"


def _print_mistakes(found: Sequence[Judged], most: int) -> None:
    sorts = {
        "contradicted, but taken for supported": [each for each in found if each.pair.label == "contradicted"],
        "not supported, but taken for supported": [
            each for each in found if not each.pair.supported and each.pair.label != "contradicted"
        ],
        "supported, but not taken for it": [each for each in found if each.pair.supported],
    }
    for sort, own in sorts.items():
        wrong = [each for each in own if each.accepted != each.pair.supported]
        wrong.sort(key=lambda each: each.score, reverse=not sort.startswith("supported"))
        for each in islice(wrong, most):
            evidence = each.pair.evidence[0].paper.abstract
            cut = evidence if len(evidence) <= _LONGEST else f"{evidence[:_LONGEST]} …"
            print(f"\n{sort} ({each.score:.2f}; {each.pair.dataset} {each.pair.id})\n  {each.pair.claim}\n  {cut}")


def _spent(work: Callable[[], object]) -> float:
    """Seconds of CPU time, of all threads."""
    began = time.process_time()
    work()
    return time.process_time() - began


if __name__ == "__main__":
    main()
