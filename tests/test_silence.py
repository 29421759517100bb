"""Nothing calls home: every switch is flipped before what it silences is loaded, and stands in the table of the docs."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from index.silence import SWITCHES
from tests.test_architecture import FILES, MAY_IMPORT, ROOT, name


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_whoever_imports_a_package_has_every_switch_flipped_whatever_the_environment_says(package: str) -> None:
    variables = [switch.variable for switch in SWITCHES]
    script = f"import os, {package}; print([os.environ[variable] for variable in {variables}])"
    environment = {**os.environ, **dict.fromkeys(variables, "as it was"), "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == f"{[switch.value for switch in SWITCHES]}\n"


def test_no_switch_stands_anywhere_else() -> None:
    here = {"index/silence.py", "index/models/build_minilm.py"}
    for path in FILES:
        written = path.read_text(encoding="utf-8")
        assert name(path) in here or not [each for each in SWITCHES if each.variable in written], name(path)


def test_the_table_of_the_docs_names_every_switch() -> None:
    rows = [f"| {each.package} | `{each.variable}={each.value}` | {each.sends} |" for each in SWITCHES]
    lines = Path(ROOT / "docs" / "privacy.md").read_text(encoding="utf-8").splitlines()
    begin = lines.index(rows[0])
    assert lines[begin : begin + len(rows) + 1] == [*rows, ""]
