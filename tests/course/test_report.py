"""What a learner is told, recorded: a small made-up course whose code is wrong in every way.

`COURSE_RECORD=1 pytest tests/course/test_report.py` writes the recorded outputs anew, to be read
through before they are committed.
"""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from rich.console import Console

from course.report import (
    COLUMNS,
    LINES,
    TITLES,
    Failure,
    Line,
    one_line,
    plain,
    plain_all,
    render,
    render_all,
)
from tests.course.till import TILL, make_course

RECORDED = Path(__file__).with_name("recorded")
COURSE = Path(__file__).parents[2]
OPTIONS = (
    "--disable-plugin-autoload",  # for speed: none of them has a part in this
    "--continue-on-collection-errors",
    "--course-report=report.jsonl",
)


@dataclass(frozen=True)
class Wrong:
    """One way to be wrong: the text of till.py that is replaced, and what takes its place."""

    old: str
    new: str
    tests: str = "tests/01-till"
    passed: str = ""

    def apply(self) -> str:
        assert self.old in TILL
        return TILL.replace(self.old, self.new)


SUM = "    return sum(prices)\n"
CENTS = "    return int(euros) * 100 + int(cents)\n"
CHECK = "    if not (euros.isdecimal() and dot and len(cents) == 2 and cents.isdecimal()):\n"
RAISE = '        raise BadPrice(f"{text!r} is not a price", status=422)\n'
LINES_OF = (
    '    return b"".join(b"%s: %d\\r\\n" % (name.encode(), price) for name, price in dishes)\n'
)
RECV = "        line = self.connection.recv(100)\n"
ANSWER = RECV + "        self.connection.sendall(bill([(line.strip().decode(), 450)]))\n"
ADDING, BILLING = "tests/01-till/test_1_add.py", "tests/01-till/test_2_bill.py"

WRONG = {
    "wrong-value": Wrong(SUM, "    return sum(prices[1:])\n", ADDING),
    "wrong-value-none": Wrong(CENTS, "    print(euros, cents)\n", ADDING),
    "wrong-bytes": Wrong(LINES_OF, LINES_OF.replace("\\r\\n", "\\n"), BILLING),
    "wrong-bytes-short": Wrong(LINES_OF, LINES_OF.rstrip() + "[:-2]\n", BILLING),
    "wrong-attribute": Wrong(RAISE, RAISE.replace("422", "400"), ADDING),
    "missing-exception": Wrong(RAISE, "        return 0\n", ADDING),
    "wrong-exception": Wrong(CHECK + RAISE, "", ADDING),
    "error": Wrong(CENTS, '    print("reading", text)\n    return int(text) * 100\n', ADDING),
    "custom-message": Wrong(CENTS, CENTS.rstrip() + " + 0.0\n", ADDING + "::test_cents_are_whole"),
    "hang": Wrong(SUM, "    while True: pass\n", ADDING),
    "hang-in-read": Wrong(ANSWER, ANSWER.replace(RECV, RECV * 2), BILLING),
    "hang-in-thread": Wrong(
        ANSWER, ANSWER.replace(RECV, RECV * 2), BILLING + "::test_answer_in_background"
    ),
    "hang-swallowed": Wrong(
        SUM,
        "    def once():\n        try:\n            while True: pass\n"
        "        except BaseException:\n            pass\n"
        "    while True:\n        try:\n            once()\n"
        "        except BaseException:\n            pass\n",
        ADDING,
    ),
    "import-error": Wrong('"""\n\nimport threading', '"""\n\nimport treading', ADDING),
    "import-renamed": Wrong("def total(prices)", "def totals(prices)", ADDING),
    "import-stopped": Wrong("\n\nclass Till:", "\n\nprint(total(5))\n\n\nclass Till:", ADDING),
    "import-exit": Wrong("\n\nclass Till:", "\n\nraise SystemExit(2)\n\n\nclass Till:", ADDING),
    "syntax-error": Wrong("def total(prices):", "def total(prices)", ADDING),
    "indentation-error": Wrong(SUM, "  return sum(prices)\n    return 0\n", ADDING),
    "stub": Wrong(SUM, '    raise NotImplementedError("step 1.1: write total")\n', ADDING),
    "stub-in-thread": Wrong(
        ANSWER,
        '        raise NotImplementedError("step 1.2: write Till.answer")\n',
        BILLING + "::test_answer_in_background",
    ),
    "stub-swallowed": Wrong(
        CENTS,
        "    try:\n        return total([int(euros) * 100, int(cents)])\n"
        "    except Exception:\n        return 0\n",
        ADDING + "::test_price_in_cents",
    ),
    "stub-of-an-earlier-step": Wrong(
        LINES_OF,
        "    total([price for _, price in dishes])\n" + LINES_OF,
        BILLING,
    ),
    "earlier-step": Wrong(SUM, "    return sum(prices) + 1\n", passed="1.1"),
    "error-in-test": Wrong(LINES_OF, "    return None\n", BILLING + "::test_bill_ends"),
    "recursion": Wrong(SUM, "    return prices[0] + total(prices)\n", ADDING),
    "exit": Wrong(SUM, '    sys.exit("no idea")\n', ADDING),
    "huge": Wrong(
        LINES_OF,
        LINES_OF.replace("return", "whole =") + '    return whole[:50000] + b"?" + whole[50000:]\n',
        BILLING + "::test_long_bill",
    ),
    "slow-repr": Wrong(SUM, "    class Odd:\n        __repr__ = 5\n    return Odd()\n", ADDING),
}
ALSO = {
    "stub-swallowed": (SUM, '    raise NotImplementedError("step 1.1: write total")\n'),
    "stub-of-an-earlier-step": (SUM, '    raise NotImplementedError("step 1.1: write total")\n'),
    "exit": ("import threading", "import sys\nimport threading"),
}


def learner_wrote(name: str) -> str:
    old, new = ALSO.get(name, ("", ""))
    return WRONG[name].apply().replace(old, new, 1) if old else WRONG[name].apply()


def run_pytest(root: Path, tests: str, seconds: str = "10") -> tuple[str, list[Failure]]:
    """What plain pytest prints, and the failures on record; `seconds` is a test's time limit."""
    command = [sys.executable, "-m", "pytest", "-p", "course.plugin", "-q", tests]
    done = subprocess.run(
        [*command, *OPTIONS],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(COURSE), "COURSE_TIME_LIMIT": seconds},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )
    events = [json.loads(line) for line in (root / "report.jsonl").read_text().splitlines()]
    found = [event["failure"] for event in events if event.get("failure")]
    return done.stdout + done.stderr, [Failure.from_json(data) for data in found]


def normalised(text: str, root: Path) -> str:
    text = text.replace(str(root.resolve()) + os.sep, "").replace(str(root.resolve()), "ROOT")
    return re.sub(r"0x[0-9a-f]{6,}", "0x…", text)


@pytest.mark.parametrize("name", WRONG)
def test_recorded(name: str, tmp_path: Path) -> None:
    """Each way to be wrong is told as it is on record."""
    make_course(tmp_path, learner_wrote(name))
    if WRONG[name].passed:
        (tmp_path / ".course").mkdir()
        (tmp_path / ".course/progress.toml").write_text(f'passed = ["{WRONG[name].passed}"]\n')
    limit = "0.8" if name.startswith("hang") else "10"
    printed, failures = run_pytest(tmp_path, WRONG[name].tests, limit)
    assert failures, printed
    told = normalised(plain_all(failures), tmp_path) + "\n"
    file = RECORDED / f"{name}.txt"
    if os.environ.get("COURSE_RECORD"):
        file.write_text(told, encoding="utf-8")
    assert told == file.read_text(encoding="utf-8")


def test_every_kind_is_on_record() -> None:
    """Each kind of failure but a process that dies is among the recorded ones."""
    headings = "\n".join(file.read_text().split("\n")[0] for file in RECORDED.glob("*.txt"))
    assert [kind for kind, title in TITLES.items() if title not in headings] == ["died"]


@pytest.mark.parametrize("file", sorted(RECORDED.glob("*.txt")), ids=lambda file: file.stem)
def test_size(file: Path) -> None:
    """One failure takes at most 25 lines, no line is longer than 80 columns."""
    told, _, more = file.read_text(encoding="utf-8").partition("\n… and ")
    assert len(told.rstrip().splitlines()) <= LINES
    assert [line for line in (told + more).splitlines() if len(line) > COLUMNS] == []


def test_nothing_on_record_without_its_test() -> None:
    """The folder of recorded outputs holds no more than the tests write."""
    assert {file.stem for file in RECORDED.iterdir()} == set(WRONG)


LONG = "word " * 60
OVERFULL = Failure(
    kind="error-in-learner-code",
    nodeid="tests/01-till/test_1_add.py::test_all_at_once",
    rule=LONG,
    step="1.1",
    title="Add up " + LONG,
    message=LONG,
    call=tuple(f"call_number_{n}({LONG})" for n in range(9)),
    values=tuple((f"name_{n}", LONG) for n in range(9)),
    checked=LONG,
    got=LONG,
    expected=LONG,
    caret=40,
    note=LONG,
    lines=tuple(Line("exercises/01-till/bistro/till.py", n, "total", LONG) for n in range(9)),
    test=Line("tests/01-till/test_1_add.py", 7),
    printed=LONG + "\n" + "printed\n" * 400,
    page="chapters/01-till/index.md",
    heading="Step 1: " + LONG,
    earlier=True,
)


def test_overfull() -> None:
    """A failure with too much of everything is clipped, and keeps what matters most."""
    lines = plain(OVERFULL).splitlines()
    assert len(lines) <= LINES
    assert max(map(len, lines)) <= COLUMNS
    labels = {line[2:12].strip() for line in lines}
    assert {"called", "got", "expected", "your code", "test", "read"} <= labels


def test_json_round_trip() -> None:
    """A failure is the same after it went from process to process as JSON."""
    assert Failure.from_json(json.loads(json.dumps(OVERFULL.to_json()))) == OVERFULL


def test_rich_says_the_same() -> None:
    """The watch screen shows the very lines that pytest prints."""
    failures = [OVERFULL, OVERFULL, OVERFULL]
    assert render_all(failures).plain.split("\n") == plain_all(failures).split("\n")


def test_markup_is_not_interpreted() -> None:
    """Square brackets in a learner's values are shown, not taken for colours."""
    failure = Failure(kind="wrong-value", nodeid="t", got="[bold]", expected="[/]")
    console = Console(file=io.StringIO(), width=80)
    console.print(render(failure))
    assert "[bold]" in console.file.getvalue()  # type: ignore[attr-defined]


def test_plain_pytest_says_the_same(tmp_path: Path) -> None:
    """Plain pytest prints the first failure in full, each other one in a line, no traceback."""
    make_course(tmp_path, learner_wrote("wrong-bytes"))
    printed, failures = run_pytest(tmp_path, BILLING)
    assert plain(failures[0]) in printed
    assert [one_line(failure) in printed for failure in failures[1:]] == [True] * 4
    assert "Traceback" not in printed
    assert "assert bill(" not in printed
