"""BEIR (Thakur et al. 2021): a folder of `corpus.jsonl`, `queries.jsonl` and `qrels/*.tsv`."""

from pathlib import Path

from eval.foreign.records import FAULTS, Foreign, Json, beside, faulty, question, records, text_of
from index.errors import QuestionSetError
from index.papers import Paper

_SPLITS = ("test", "dev", "train")


def recognises(path: Path, first: Json) -> bool:  # noqa: ARG001 - a folder begins with nothing
    """Whether `path` is such a folder, or the judgements of one."""
    return (path / "qrels").is_dir() or path.suffix == ".tsv"


def read(path: Path) -> Foreign:
    """Read the folder, with the judgements of test, else of dev or train; or those of the file that is named."""
    folder = path if path.is_dir() else path.parent.parent
    gains = _gains(path if path.is_file() else _judged(folder / "qrels"))
    queries = {key: text for key, text in _texts(beside(folder, "queries.jsonl")) if key in gains}
    if missing := gains.keys() - queries.keys():
        raise QuestionSetError(f"{folder / 'queries.jsonl'} lacks the query {min(missing)!r} of the judgements.")
    papers = tuple(_papers(beside(folder, "corpus.jsonl")))
    name = folder.resolve().name
    asked = tuple(question(key, text, name, tuple(gains[key])) for key, text in queries.items() if gains[key])
    return Foreign(name, asked, papers, gains, without_gold=len(queries) - len(asked), is_ranking=True)


def _judged(folder: Path) -> Path:
    found = [folder / f"{split}.tsv" for split in _SPLITS if (folder / f"{split}.tsv").exists()]
    if not found:
        raise QuestionSetError(f"{folder} holds none of {', '.join(f'{split}.tsv' for split in _SPLITS)}.")
    return found[0]


def _gains(path: Path) -> dict[str, dict[str, float]]:
    """The gain of each paper that is judged relevant to a query; its columns are query-id, corpus-id and score."""
    gains: dict[str, dict[str, float]] = {}
    for number, line in enumerate(text_of(path).splitlines(), 1):
        if not line.strip() or (number == 1 and line.startswith("query-id")):
            continue
        try:
            query, paper, score = line.split("\t")
            gains.setdefault(query, {}).update({paper: float(score)} if float(score) > 0 else {})
        except ValueError as error:
            raise faulty(path, number, error, "a judgement: a query, a paper and a score with tabs between") from None
    return gains


def _texts(path: Path) -> list[tuple[str, str]]:
    found = []
    for number, record in records(path):
        try:
            found.append((str(record["_id"]), str(record["text"])))
        except FAULTS as error:
            raise faulty(path, number, error, "a query of BEIR") from None
    return found


def _papers(path: Path) -> list[Paper]:
    found = []
    for number, record in records(path):
        try:
            text = record["text"] or record.get("title", "")
            found.append(Paper.from_source(record.get("title") or "", text, paper_id=str(record["_id"])))
        except FAULTS as error:
            raise faulty(path, number, error, "a document of BEIR") from None
    return found
