"""Settings in groups, as they are printed and as the docs have them."""

from pathlib import Path

from assistant.settings import GROUPS, Settings
from assistant.settings_files import HARMLESS, PREFIX

DOCS = Path(__file__).parents[2] / "docs" / "settings.md"


def rows() -> list[str]:
    """The table of the docs, as it must be."""
    lines: list[str] = []
    for group, names in GROUPS.items():
        lines += [
            "",
            f"## {group}",
            "",
            "| setting | by default | what it is | in a folder's file |",
            "| --- | --- | --- | --- |",
        ]
        for name in names:
            field = Settings.model_fields[name]
            default = (
                "the user's data folder" if name == "index" else "" if field.default is None else f"`{field.default}`"
            )
            lines.append(f"| `{name}` | {default} | {field.description} | {'yes' if name in HARMLESS else 'no'} |")
    return lines


def test_every_setting_is_in_one_group() -> None:
    grouped = [name for names in GROUPS.values() for name in names]
    assert sorted(grouped) == sorted(Settings.model_fields)


def test_the_docs_have_every_setting_as_it_is() -> None:
    lines = DOCS.read_text(encoding="utf-8").splitlines()
    assert lines[lines.index("## index") - 1 :] == rows()
    assert PREFIX in lines[2]
