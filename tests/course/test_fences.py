"""Finding the fences of a page, and comparing what a shell prints with what the page says."""

from __future__ import annotations

from pathlib import Path

import pytest

from course.proofs import console
from course.proofs.markdown import fences, languages
from tests.course import made_up

PAGE = """
---
title: x
---
# Title

```console
$ first
```

1. A list

    ```pycon
    >>> 2
    2
    ```

Text right above
??? tip "Folded"

    === "A tab"

        ~~~python hl_lines="1"
        third = 3
            # indented
        ~~~

    ```python {.sketch}
    fourth
    ```

    ````text
    ```python
    inside
    ```
    ````

    indented code:

        ```python

- `code` and ```python inline```
"""


def test_fences_are_found_wherever_they_stand(tmp_path: Path) -> None:
    path = made_up.write(tmp_path / "index.md", PAGE)
    found = [(fence.language, fence.text) for fence in fences(path)]
    assert found == [
        ("console", "$ first\n"),
        ("pycon", ">>> 2\n2\n"),
        ("python", "third = 3\n    # indented\n"),
        ("python", "fourth\n"),
        ("text", "```python\ninside\n```\n"),
    ]
    lines = path.read_text().splitlines()
    for fence in fences(path):
        assert lines[fence.line - 1].strip() == fence.text.splitlines()[0]


def test_a_sketch_is_not_run(tmp_path: Path) -> None:
    path = made_up.write(tmp_path / "index.md", PAGE)
    found = languages(fences(path), "python", "pycon")
    assert [fence.text.split()[0] for fence in found] == [">>>", "third"]


def test_commands_are_told_from_what_they_print() -> None:
    text = "$ one \\\n    --more\nprinted\n$ two\n> printed too\n"
    assert console.parse(text) == ("one \\\n    --more\ntwo", ["printed", "> printed too"])


@pytest.mark.parametrize(
    ("expected", "printed", "first"),
    [
        (["a", "b"], ["a", "b"], None),
        (["a", "b"], ["a", "c"], 1),
        (["a"], ["a", "b"], 1),
        (["a", "b"], ["a"], 1),
        ([], [], None),
        (["a"], ["A"], 0),
        (["a...z"], ["a to z"], None),
        (["a...z"], ["a to y"], 0),
        (["...b"], ["a", "b"], 0),
        (["a.c"], ["abc"], 0),
        (["..."], [], None),
        (["...", "z"], ["a", "b", "z"], None),
        (["...", "z"], ["z", "z"], None),
        (["...", "z"], ["a", "b"], 1),
        (["a", "...", "m", "...", "z"], ["a", "m", "x", "m", "y", "z"], None),
        (["a", "..."], ["b"], 0),
        (["a  "], ["a"], None),
        (["  a"], ["a"], 0),
    ],
)
def test_dots_stand_for_anything(expected: list[str], printed: list[str], first: int) -> None:
    assert console.difference(expected, printed) == first


def test_a_program_that_the_machine_lacks_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = made_up.write(tmp_path / "index.md", "```console\n$ echo x | curl -s -d @- host\n```\n")
    monkeypatch.setattr(console.shutil, "which", lambda name: None)
    assert console.missing(fences(path)[0]) == ["curl"]
