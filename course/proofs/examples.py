"""Runs the Python of a page in one namespace, in the order of the page.

`python -m course.proofs.examples` reads the fences as JSON from its standard input, and writes what
did not come out as the page says as JSON to its standard output.
"""

from __future__ import annotations

import contextlib
import doctest
import io
import json
import os
import sys
import traceback
from pathlib import Path
from typing import Any

from course import target

FLAGS = doctest.ELLIPSIS


def main() -> None:
    """Read the job, run it, report, and end without waiting for threads that an example left."""
    job = json.load(sys.stdin)
    target.install([Path(path) for path in job["paths"]])
    namespace: dict[str, Any] = {"__name__": "__main__"}
    answer = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        os.dup2(nowhere.fileno(), sys.stdout.fileno())
    problems = [problem for fence in job["fences"] for problem in _run(fence, namespace)]
    json.dump(problems, answer)
    answer.close()
    os._exit(0)


def _run(fence: dict[str, Any], namespace: dict[str, Any]) -> list[dict[str, Any]]:
    if fence["language"] == "pycon":
        return _session(fence["text"], fence["line"], namespace)
    return _program(fence["text"], fence["line"], namespace)


def _program(text: str, line: int, namespace: dict[str, Any]) -> list[dict[str, Any]]:
    """Execute code; the one problem there can be is the exception it ends with."""
    try:
        code = compile("\n" * (line - 1) + text, "page", "exec")
        exec(code, namespace)  # noqa: S102  # running the page's examples is the purpose
    except (Exception, SystemExit) as error:  # noqa: BLE001  # whatever it is, it is reported
        where = [
            f.lineno for f in traceback.extract_tb(error.__traceback__) if f.filename == "page"
        ]
        what = "".join(traceback.format_exception_only(error)).strip()
        return [{"line": where[-1] if where else line, "what": f"raises {what}"}]
    return []


def _session(text: str, line: int, namespace: dict[str, Any]) -> list[dict[str, Any]]:
    """Run a session; a problem for each answer that differs from the page's."""
    try:
        test = doctest.DocTestParser().get_doctest(text, namespace, "page", "page", line - 1)
    except ValueError as error:
        return [{"line": line, "what": f"is no session of Python: {error}"}]
    test.globs = namespace  # get_doctest made a copy, and the names must last
    if not test.examples:
        return [{"line": line, "what": "holds no line that begins with >>>"}]
    runner = _Runner(optionflags=FLAGS, verbose=False)
    with contextlib.redirect_stdout(io.StringIO()):
        runner.run(test, out=lambda _: None, clear_globs=False)
    return runner.problems


class _Runner(doctest.DocTestRunner):
    """Keeps the failures instead of printing them."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.problems: list[dict[str, Any]] = []

    def report_failure(
        self, out: Any, test: doctest.DocTest, example: doctest.Example, got: str
    ) -> None:
        self._keep(test, example, got)

    def report_unexpected_exception(
        self, out: Any, test: doctest.DocTest, example: doctest.Example, exc_info: Any
    ) -> None:
        self._keep(test, example, "".join(traceback.format_exception_only(exc_info[1])))

    def _keep(self, test: doctest.DocTest, example: doctest.Example, got: str) -> None:
        line = (test.lineno or 0) + example.lineno + 1
        what = (
            f"{example.source.strip()}\n  answers  {got.strip()}\n  not      {example.want.strip()}"
        )
        self.problems.append({"line": line, "what": what})


if __name__ == "__main__":
    main()
