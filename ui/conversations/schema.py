"""The tables of the file of conversations, and how a file of an older form becomes one of the newest."""

import sqlite3

from index.errors import UserError

# Each brings a file of the form before to the next; their number is the form, which SQLite keeps as `user_version`.
MIGRATIONS = (
    """
    CREATE TABLE conversations (
        id TEXT PRIMARY KEY, owner TEXT NOT NULL, title TEXT NOT NULL, began REAL NOT NULL, touched REAL NOT NULL,
        deleted REAL
    ) STRICT;
    CREATE INDEX of_owner ON conversations (owner, touched);
    CREATE TABLE turns (
        id TEXT PRIMARY KEY, conversation TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
        place INTEGER NOT NULL, question TEXT NOT NULL, asked REAL NOT NULL, within TEXT NOT NULL DEFAULT '{}',
        waived TEXT NOT NULL DEFAULT '',
        answer BLOB, said TEXT NOT NULL DEFAULT '', note TEXT NOT NULL DEFAULT '', undone REAL,
        UNIQUE (conversation, place)
    ) STRICT;
    """,
    """
    CREATE TABLE feedback (
        turn TEXT NOT NULL REFERENCES turns (id) ON DELETE CASCADE, given REAL NOT NULL, verdict TEXT NOT NULL,
        n INTEGER NOT NULL DEFAULT 0, comment TEXT NOT NULL DEFAULT '', PRIMARY KEY (turn, n)
    ) STRICT, WITHOUT ROWID;
    """,
)


def migrate(connection: sqlite3.Connection, name: str) -> None:
    """Bring the file that `connection` opened to the newest form, whole or not at all.

    Raises `UserError` for a file of a newer form; it is left as it is.
    """
    connection.execute("BEGIN IMMEDIATE")
    try:
        (form,) = connection.execute("PRAGMA user_version").fetchone()
        if form > len(MIGRATIONS):
            raise UserError(
                f"{name} was written by a newer Scholiast. Update this one, or begin a new file: move that one away."
            )
        for statements in MIGRATIONS[form:]:
            for statement in filter(str.strip, statements.split(";")):
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
