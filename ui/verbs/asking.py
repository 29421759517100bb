"""The verbs that look into an index: `search` for passages, `ask` for an answer."""

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated, Any

import typer

from assistant.embedder_settings import open_embedder
from assistant.opening import open_assistant, open_index
from assistant.question.limits import described
from assistant.question.turns import Conversations
from assistant.settings import read_settings
from assistant.wire import answer_record, hit_records
from index.errors import UserError
from index.filters import Filter
from index.index import By
from index.records.known_names import require_known
from ui import terminal
from ui.verbs.options import AsJson, AsJsonLines, Author, Since, Source, Until, Venue, Where, WithoutRetracted, within

Query = Annotated[
    list[str] | None, typer.Argument(metavar="QUERY", help="What to look for; quotation marks are not needed.")
]
Asked = Annotated[
    list[str] | None, typer.Argument(metavar="QUESTION", help="The question; quotation marks are not needed.")
]


def search(
    query: Query = None,
    k: Annotated[int, typer.Option("-k", metavar="N", min=1, max=1000, help="How many passages.")] = 10,
    by: Annotated[By, typer.Option(help="Ranking.")] = "hybrid",
    since: Since = None,
    until: Until = None,
    venue: Venue = None,
    author: Author = None,
    source: Source = None,
    index: Where = None,
    *,
    without_retracted: WithoutRetracted = False,
    as_json: AsJson = False,
    jsonl: AsJsonLines = False,
) -> None:
    """Print the passages that fit a query best."""
    limit = within(since, until, venue, author, source, without_retracted=without_retracted)
    queries = _asked(query, "query", jsonl=jsonl)
    if query and not _says_something(" ".join(query)):
        raise typer.BadParameter("it holds no words to search for", param_hint="QUERY")
    settings = read_settings(index=index)
    opened = open_index(settings, open_embedder(settings))
    require_known(limit, opened.facets)
    for asked, record in queries:
        hits = opened.search(asked, k, by, limit) if _says_something(asked) else ()
        if jsonl or as_json:
            _print_line({"id": record.get("id"), "hits": hit_records(hits)} if jsonl else hit_records(hits))
        else:
            print(terminal.hits_text(hits) or _nothing(limit))


def ask(
    question: Asked = None,
    since: Since = None,
    until: Until = None,
    venue: Venue = None,
    author: Author = None,
    source: Source = None,
    index: Where = None,
    *,
    without_retracted: WithoutRetracted = False,
    as_json: AsJson = False,
    jsonl: AsJsonLines = False,
) -> None:
    """Answer a question with sentences that it cites. Or say that the abstracts do not answer it."""
    limit = within(since, until, venue, author, source, without_retracted=without_retracted)
    questions = _asked(question, "question", jsonl=jsonl)
    assistant = open_assistant(read_settings(index=index))
    conversations = Conversations()
    for asked, record in questions:
        name = record.get("conversation")
        answer = assistant.ask(replace(conversations.question(asked, name), within=limit))
        conversations.remember(answer, name)
        if jsonl or as_json:
            _print_line(answer_record(answer, record.get("id")))
        else:
            print(terminal.answer_text(answer))


def _asked(given: list[str] | None, key: str, *, jsonl: bool) -> Iterator[tuple[str, dict[str, Any]]]:
    """The words given on the command line, or the `key` of each JSON line on stdin with its whole record."""
    if jsonl and given:
        raise typer.BadParameter(f"with --jsonl, each line on stdin has its {key}", param_hint=key.upper())
    if not jsonl and not given:
        raise typer.BadParameter(f"give a {key}, or --jsonl and lines on stdin", param_hint=key.upper())
    if given:
        return iter([(" ".join(given), {})])
    return (_parsed(line, number, key) for number, line in enumerate(sys.stdin, start=1) if line.strip())


def _parsed(line: str, number: int, key: str) -> tuple[str, dict[str, Any]]:
    try:
        record = json.loads(line)
        asked, name = record[key], record.get("conversation")
    except (ValueError, TypeError, KeyError, RecursionError):
        raise UserError(f'Line {number} on stdin is not an object like {{"id": "1", "{key}": "…"}}.') from None
    if not isinstance(asked, str) or not isinstance(name, str | None):
        raise UserError(f"Line {number} on stdin: {key} and conversation must be strings.")
    return asked, record


def _says_something(query: str) -> bool:
    return any(c.isalnum() for c in query)


def _nothing(limit: Filter) -> str:
    return f"Nothing was found among papers {described(limit)}." if limit else "Nothing was found."


def _print_line(record: object) -> None:
    print(json.dumps(record, ensure_ascii=False), flush=True)
