"""Who may use the chat window: a file of names and hashes of passwords, and how often a password may be tried."""

import hashlib
import hmac
import json
import os
import re
import secrets
import tempfile
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from index.errors import UserError

LEAST_PASSWORD = 8
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}")
# Of the ways that OWASP holds equal, 32 MiB a hash: a login must not take what an answer needs.
_N, _R, _P, _BYTES = 2**15, 8, 3, 32
_MOST_BYTES = 1_000_000

# Failures that cost nothing, the longest wait, and after how long without any they are forgotten, in seconds.
_FREE, _LONGEST, _FORGOTTEN = 5, 300.0, 3600.0
# Names and addresses that are watched; with fewer, a flood could have one forgotten.
_WATCHED = 100_000


@dataclass(frozen=True, slots=True)
class Hashed:
    """A password by scrypt (RFC 7914): its parameters, salt and hash, the last two in hexadecimal."""

    n: int
    r: int
    p: int
    salt: str
    hash: str


def hashed(password: str) -> Hashed:
    """Hash a password with a salt of its own, with parameters of the OWASP Password Storage Cheat Sheet (2024) for scrypt."""
    salt = secrets.token_bytes(16)
    return Hashed(_N, _R, _P, salt.hex(), _scrypt(password, salt, _N, _R, _P).hex())


# What the password of a name that nobody has is held against, so that it takes as long.
_NOBODYS = Hashed(_N, _R, _P, "00" * 16, "00" * _BYTES)


class Accounts:
    """The accounts in the file at `path`, which may change at any time. Raises `UserError` if it cannot be read."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def names(self) -> tuple[str, ...]:
        """The names, in order."""
        return tuple(sorted(self._read()))

    def salts(self) -> Mapping[str, str]:
        """The salt of the password of each name: another one tells of another password."""
        return {name: account.salt for name, account in self._read().items()}

    def are_of(self, name: str, password: str) -> bool:
        """Whether `name` has this password; it takes as long where there is no such name."""
        account = self._read().get(name)
        against = account or _NOBODYS
        given = _scrypt(password, bytes.fromhex(against.salt), against.n, against.r, against.p)
        return hmac.compare_digest(given, bytes.fromhex(against.hash)) and account is not None

    def put(self, name: str, password: str) -> None:
        """Add an account, or give the one of that `name` another password. Raises `UserError` for either if it is unfit."""
        if not _NAME.fullmatch(name):
            raise UserError(
                f"{name!r} is no name for an account: it holds up to 64 letters of ASCII, digits and . _ @ -, and begins with a "
                "letter or a digit."
            )
        if len(password) < LEAST_PASSWORD:
            raise UserError(f"A password holds at least {LEAST_PASSWORD} characters.")
        there = self._read() if self._path.exists() else {}
        self._write({**there, name: hashed(password)})

    def remove(self, name: str) -> None:
        """Remove an account. Raises `UserError` if there is none of that name."""
        there = self._read()
        if name not in there:
            raise UserError(f"{self._path} has no account of {name!r}. It has: {', '.join(sorted(there)) or 'none'}.")
        self._write({other: account for other, account in there.items() if other != name})

    def _read(self) -> Mapping[str, Hashed]:
        try:
            with self._path.open("rb") as file:
                told = json.loads(file.read(_MOST_BYTES))
            return {str(name): _account(**fields) for name, fields in told["accounts"].items()}
        except FileNotFoundError:
            raise UserError(
                f"There is no file of accounts {self._path}. Make it: scholiast user add NAME --auth {self._path}"
            ) from None
        except OSError as error:
            raise UserError(f"The file of accounts {self._path} cannot be read: {error.strerror}.") from None
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            raise UserError(
                f"The file of accounts {self._path} is none that scholiast user add wrote. Remove it and add the accounts again."
            ) from None

    def _write(self, accounts: Mapping[str, Hashed]) -> None:
        told = json.dumps({"accounts": {name: asdict(one) for name, one in accounts.items()}}, indent=1)
        try:
            # Nobody else may ever read it, and whoever reads it reads all of it.
            descriptor, new = tempfile.mkstemp(dir=self._path.absolute().parent, prefix=f".{self._path.name}.")
            try:
                with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                    file.write(f"{told}\n")
                    file.flush()
                    os.fsync(file.fileno())
                Path(new).replace(self._path)
            finally:
                Path(new).unlink(missing_ok=True)
        except OSError as error:
            raise UserError(f"The file of accounts {self._path} cannot be written: {error.strerror}.") from None


class Throttle:
    """Failed logins of names and addresses: after five, each has to wait twice as long as the one before, up to five minutes.

    In memory alone. `clock` counts seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failures: OrderedDict[str, tuple[int, float]] = OrderedDict()

    def seconds_left(self, *watched: str) -> float:
        """How long it is until one of these may try again."""
        return max(self._seconds_left(one) for one in watched)

    def failed(self, *watched: str) -> None:
        """Count a failure of each. To be called before a password is looked at, so that many at once are all counted."""
        for one in watched:
            self._failures[one] = (self._counted(one) + 1, self._clock())
            self._failures.move_to_end(one)
        while len(self._failures) > _WATCHED:
            self._failures.popitem(last=False)

    def succeeded(self, name: str, *others: str) -> None:
        """Forget the failures of a `name`, and take back the last one of the `others`."""
        self._failures.pop(name, None)
        for one in others:
            self._failures[one] = (max(0, self._counted(one) - 1), self._clock())

    def _counted(self, one: str) -> int:
        count, last = self._failures.get(one, (0, 0.0))
        return count if self._clock() - last < _FORGOTTEN else 0

    def _seconds_left(self, one: str) -> float:
        count, last = self._failures.get(one, (0, 0.0))
        wait = min(_LONGEST, 2.0 ** min(count - _FREE, 30)) if count >= _FREE else 0.0
        return max(0.0, last + wait - self._clock())


def _account(n: int, r: int, p: int, salt: str, hash: str) -> Hashed:  # noqa: A002 - it is called so in the file
    if len(bytes.fromhex(hash)) != _BYTES or not bytes.fromhex(salt) or 128 * n * r * p > 2**28:
        raise ValueError("no hash of ours")
    return Hashed(n, r, p, salt, hash)


def _scrypt(password: str, salt: bytes, n: int, r: int, p: int) -> bytes:
    given = password.encode("utf-8", "surrogatepass")
    return hashlib.scrypt(given, salt=salt, n=n, r=r, p=p, maxmem=2**29, dklen=_BYTES)
