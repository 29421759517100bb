"""The verbs of the accounts of the chat window: `user add`, `user list`, `user remove`."""

import sys
from getpass import getpass
from pathlib import Path
from typing import Annotated

import typer

from assistant.settings import read_settings
from index.errors import UserError
from ui.accounts import Accounts

user_app = typer.Typer(no_args_is_help=True, help="Say who may use a chat window that others reach.")

Name = Annotated[str, typer.Argument(metavar="NAME", help="Name of the account.")]
Auth = Annotated[
    Path | None, typer.Option("--auth", metavar="FILE", help="File of the accounts; by default the setting `auth`.")
]


@user_app.command("add")
def add(
    name: Name,
    auth: Auth = None,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Give an account that is there another password.")] = False,
) -> None:
    """Add an account; the password is asked for, or is the first line of standard input."""
    path = _file(auth)
    accounts = Accounts(path)
    there = path.exists() and name in accounts.names()
    if there and not yes:
        raise UserError(
            f"{path} has an account of {name} already. To give it another password: "
            f"scholiast user add {name} --auth {path} --yes"
        )
    accounts.put(name, _password())
    print(f"The password of {name} is another now." if there else f"{name} may log in.")


@user_app.command("list")
def list_names(auth: Auth = None) -> None:
    """Print the names of the accounts."""
    for name in Accounts(_file(auth)).names():
        print(name)


@user_app.command("remove")
def remove(name: Name, auth: Auth = None) -> None:
    """Remove an account; whoever is logged in by it is not any more."""
    Accounts(_file(auth)).remove(name)
    print(f"{name} may not log in any more.")


def _file(given: Path | None) -> Path:
    path = read_settings(auth=given).auth
    if not path:
        raise UserError(
            "Name the file of the accounts, which need not be there yet: scholiast user add NAME --auth FILE"
        )
    return path


def _password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    password = getpass("Password: ")
    if getpass("The same again: ") != password:
        raise UserError("The two passwords are not the same; nothing was changed.")
    return password
