"""A small made-up book that keeps every promise, for the tests of the course's tools to break."""

from __future__ import annotations

import textwrap
from pathlib import Path

DOUGH = '''
"""Dough: flour and water, weighed.

The first file of the chain.
"""

FLOUR = 500


class DoughError(ValueError):
    """A dough that nobody can bake."""


def hydration(water: int, flour: int = FLOUR) -> int:
    """The water in percent of the flour, rounded down; DoughError without flour."""
    # A comment that goes with the body.
    if flour <= 0:
        raise DoughError("a dough needs flour")
    return water * 100 // flour


class Oven:
    """A hot place."""

    def __init__(self) -> None:
        self.loaves: list[str] = []

    def bake(self, name: str) -> str:
        """Bake a loaf; DoughError for one without a name."""
        if not name:
            raise DoughError("a loaf needs a name")
        self.loaves.append(name)
        return f"{name} loaf"
'''

PAGE = """
---
title: Dough
part: I The bakery
files: [dough.py]
minutes: 20
steps:
  - title: Weigh
    writes: [dough.hydration]
    tests: test_1_weigh.py
    minutes: 10
    hints:
      - Percent means of a hundred.
      - Look at `//`.
  - title: Bake
    writes: [dough.Oven.bake]
    tests: test_2_bake.py
    minutes: 10
    hints:
      - An empty text is false.
---
# Dough

```python
from bistro.dough import Oven, hydration
```

```pycon
>>> hydration(350)
70
```

```python {.sketch}
from elsewhere import nothing
```

## Step 1: Weigh

::: listing dough:head

::: listing dough.DoughError

::: reference 1.1

## Step 2: Bake

::: listing dough.Oven:head

::: listing dough.Oven.__init__

::: reference 1.2

??? success "Answer"

    ```console
    $ echo "from bistro.dough import hydration; print(hydration(325))" > weigh.py
    $ python3 -m course.target exercises weigh.py \\
      && echo done
    65
    d...
    ```
"""

WEIGH = '''
import pytest

from bistro.dough import DoughError, hydration


@pytest.mark.parametrize(("water", "percent"), [(350, 70), (500, 100), (3, 0), (4, 0), (5, 1)])
def test_percent(water, percent):
    """Hydration is the water in percent of the flour."""
    assert hydration(water) == percent


def test_other_flour():
    """The flour can be weighed too."""
    assert hydration(1, 1) == 100


def test_no_flour():
    """Without flour there is no dough."""
    for flour in (0, -1):
        with pytest.raises(DoughError) as caught:
            hydration(350, flour)
        assert str(caught.value) == "a dough needs flour"
'''

BAKE = '''
import pytest

from bistro.dough import DoughError, Oven


def test_loaf():
    """A loaf has the name of its dough."""
    oven = Oven()
    assert oven.bake("rye") == "rye loaf"
    assert oven.loaves == ["rye"]


def test_nameless():
    """A loaf without a name is refused."""
    with pytest.raises(DoughError, match="a loaf needs a name"):
        Oven().bake("")
'''

RESTAURANT_TEST = '''
from bistro.dough import Oven, hydration


def test_a_visit():
    """The bakery sells a loaf."""
    assert hydration(350) == 70
    assert Oven().bake("rye") == "rye loaf"
'''

MISTAKES = {
    "swapped": (
        "dough.hydration",
        "test_1_weigh.py::test_percent",
        "def hydration(water, flour=FLOUR):\n    return flour * 100 // water\n",
    ),
    "zero_flour": (
        "dough.hydration",
        "test_1_weigh.py::test_no_flour",
        "def hydration(water, flour=FLOUR):\n    return water * 100 // flour\n",
    ),
    "not_kept": (
        "dough.Oven.bake",
        "test_2_bake.py::test_loaf",
        'def bake(self, name):\n    text = """{} loaf\n""".strip()\n    return text.format(name)\n',
    ),
}

SALT = '''
"""Salt, the second floor."""

from bistro.dough import hydration


def brine(salt: int) -> str:
    """Tells how salty; uses the chapter below."""
    return f"{salt} g on {hydration(350)} %"
'''

SALT_PAGE = """
---
title: Salt
part: I The bakery
files: [salt.py]
minutes: 5
steps:
  - title: Brine
    writes: [salt.brine]
    tests: test_1_brine.py
    minutes: 5
    hints: [An f-string.]
---
# Salt

::: listing salt
"""

SALT_TEST = '''
from bistro.salt import brine


def test_brine():
    """The brine names salt and water."""
    assert brine(9) == "9 g on 70 %"
'''


def write(path: Path, text: str) -> Path:
    """Write a text, its first blank line left out, with the folders it needs."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(textwrap.dedent(text).lstrip("\n"), encoding="utf-8")
    return path


def book(root: Path) -> Path:
    """Write the made-up repository: two chapters, dough (two steps) and salt (one)."""
    write(root / "pyproject.toml", "[tool.pytest.ini_options]\naddopts = ['-p', 'course.plugin']\n")
    write(root / "framework/bistro/__init__.py", '"""The whole bakery."""\n')
    write(root / "framework/bistro/dough.py", DOUGH)
    write(root / "framework/bistro/salt.py", SALT)
    write(root / "chapters/01-dough/index.md", PAGE)
    write(root / "chapters/02-salt/index.md", SALT_PAGE)
    tests = root / "tests/01-dough"
    write(tests / "test_1_weigh.py", WEIGH)
    write(tests / "test_2_bake.py", BAKE)
    write(tests / "test_3_restaurant.py", RESTAURANT_TEST)
    for name, (replaces, caught, code) in MISTAKES.items():
        mistake(root, name, replaces, caught, code)
    write(root / "tests/02-salt/test_1_brine.py", SALT_TEST)
    return root


def mistake(root: Path, name: str, replaces: str, caught: str, code: str) -> Path:
    """Write one plausible wrong version of the first chapter."""
    head = f'"""replaces: {replaces}\ncaught by: {caught}\n\nBecause people do.\n"""\n\n'
    return write(root / f"tests/01-dough/mistakes/{name}.py", head + code)
