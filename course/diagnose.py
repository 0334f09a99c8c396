"""From what pytest caught to a Failure: what was called, what came of it, and where to look."""

from __future__ import annotations

import ast
import dataclasses
import difflib
import os
import sys
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, FrameType, TracebackType
from typing import Any

import pytest

from course import fresh, source
from course.book import Step
from course.limit import TimeLimitExceeded
from course.report import Failure, Line
from course.values import clip, compare, literal, show

_PLAIN_OPERATORS = {"==": "", "is": "", "<": "less than ", ">": "more than "}
_OPERATORS = {
    **_PLAIN_OPERATORS,
    "!=": "anything but ",
    "is not": "anything but ",
    "<=": "at most ",
    ">=": "at least ",
    "in": "it to contain ",
    "not in": "it not to contain ",
}


@dataclass(frozen=True)
class Comparison:
    """A comparison that did not hold, as pytest's assertions saw it."""

    operator: str
    left: object
    right: object


@dataclass
class Case:
    """All that is known of one failed test, or of a test file that cannot be imported."""

    root: Path
    folders: Sequence[Path]
    """The folders `bistro` under test."""
    nodeid: str
    file: Path
    """The test's file."""
    rule: str
    error: BaseException
    step: Step | None = None
    page: Path | None = None
    comparison: Comparison | None = None
    stubs: tuple[str, ...] = ()
    """The sentences of the stubs that were reached during the test."""
    threads: tuple[BaseException, ...] = ()
    """What other threads of the test ended with."""
    printed: str = ""
    limit: float = 0.0
    earlier: bool = False
    places: list[tuple[FrameType, int]] = field(init=False)

    def __post_init__(self) -> None:
        self.places = list(_walk(self.error.__traceback__))

    def base(self, kind: str, **known: Any) -> Failure:
        """A failure with what every kind has."""
        step = self.step
        return Failure(
            kind=kind,
            nodeid=self.nodeid,
            rule=" ".join(self.rule.split()),
            step=step.label if step else "",
            title=step.title if step else "",
            page=relative(self.page, self.root) if self.page else "",
            heading=f"Step {step.number}: {step.title}" if step else "",
            printed=self.printed,
            earlier=self.earlier,
            **known,
        )

    def under_test(self, file: str) -> bool:
        """Is this a file of the bistro under test?"""
        return is_below(file, self.folders)

    def learner_lines(self) -> tuple[Line, ...]:
        return tuple(self.line(f.f_code, n) for f, n in self.places if self.under_test(_file(f)))

    def line(self, code: CodeType, number: int) -> Line:
        _, lines = source.parsed(code.co_filename)
        text = lines[number - 1].strip() if 0 < number <= len(lines) else ""
        return Line(relative(code.co_filename, self.root), number, _function_name(code), text)

    def test_place(self) -> tuple[FrameType, int] | None:
        """The innermost line of the test's own file."""
        own = [place for place in self.places if Path(_file(place[0])) == self.file]
        return own[-1] if own else None

    def raised_in(self) -> str:
        """The file whose line raised the error, what others' code lies below it left out."""
        return _file(self.places[-1][0]) if self.places else ""


def diagnose(case: Case) -> Failure:
    """The Failure that tells a learner what this case is about."""
    try:
        return next(failure for tell in _TELLERS if (failure := tell(case)))
    except Exception as error:  # noqa: BLE001 - what cannot be told well must not stop the run
        message = f"(More could not be found out: {_described(error)})"
        return case.base("error-in-test", message=message, got=_described(case.error))


# A stub, an import


def _stub(case: Case) -> Failure | None:
    sentences = [*case.stubs, *_own_stubs(case)]
    for sentence in sentences:
        match = fresh.SENTENCE.fullmatch(sentence)
        if match is None:
            continue
        label, name = match.groups()
        place = _stub_place(case, sentence)
        where = f" in {place.file}" if place else ""
        message = f"Step {label} is not written yet: write {name}{where}."
        if case.step and label != case.step.label:
            message += f" Step {case.step.label} stands on it."
        return case.base("stub", message=message, look=place, test=_test_line(case))
    return None


def _own_stubs(case: Case) -> list[str]:
    """The functions of the test's step that have no body yet, as their files say."""
    if case.step is None:
        return []
    files = {folder / write.file for write in case.step.writes for folder in case.folders}
    found = [sentence for file in sorted(files) for sentence in fresh.unwritten(file)]
    own = [f"step {case.step.label}: write {write.qualname}" for write in case.step.writes]
    return [sentence for sentence in own if sentence in found]


def _stub_place(case: Case, sentence: str) -> Line | None:
    for folder in case.folders:
        for file in sorted(folder.rglob("*.py")):
            number = fresh.unwritten(file).get(sentence)
            if number:
                return Line(relative(file, case.root), number)
    return None


def _import(case: Case) -> Failure | None:
    """What keeps a file from being imported; None when the error is of another sort."""
    error = _imported_error(case.error)
    if isinstance(error, SyntaxError) and case.under_test(error.filename or ""):
        return _syntax_error(case, error)
    if isinstance(error, ImportError) and (error.name or "").partition(".")[0] == "bistro":
        return _bistro_import(case, error)
    error = error.__cause__ if isinstance(error.__cause__, SystemExit) else error
    frames = [(f, n) for f, n in _walk(error.__traceback__) if case.under_test(_file(f))]
    importing = any(frame.f_code.co_name == "<module>" for frame, _ in frames)
    if not importing or isinstance(error, TimeLimitExceeded):
        return None
    lines = tuple(case.line(frame.f_code, number) for frame, number in frames)[-2:]
    message = f"{lines[-1].file} stopped while it was imported."
    return case.base("import-error", message=message, got=_described(error), lines=lines)


def _imported_error(error: BaseException) -> BaseException:
    """Below pytest's own wrapping: what really stopped the import."""
    if isinstance(error, pytest.Collector.CollectError) and error.__cause__:
        return error.__cause__
    if isinstance(error, pytest.Collector.CollectError) and error.__context__:
        return error.__context__
    return error


def _syntax_error(case: Case, error: SyntaxError) -> Failure:
    file = relative(error.filename or "", case.root)
    written = (error.text or "").rstrip("\n")
    text = written.lstrip()
    column = (error.offset or 0) - 1 - (len(written) - len(text))
    got, note = clip(text, 66), str(error.msg)
    if not 0 <= column <= 66:
        column = -1
    message = f"Python cannot read {file}, line {error.lineno}."
    return case.base(
        "syntax-error",
        message=message,
        got=got,
        caret=column,
        note=note,
        look=Line(file, error.lineno or 1),
    )


def _bistro_import(case: Case, error: ImportError) -> Failure:
    module = error.name or ""
    frames = [(f, n) for f, n in _walk(error.__traceback__) if case.under_test(_file(f))]
    lines = tuple(case.line(frame.f_code, number) for frame, number in frames)[-1:]
    wanted = Path(*module.split(".")[1:]).with_suffix(".py") if "." in module else Path("bistro")
    if isinstance(error, ModuleNotFoundError):
        folders = [relative(folder, case.root) for folder in case.folders]
        near = next((f for f in folders if case.step and case.step.chapter.folder in f), "")
        here = near or next(iter(folders), "bistro")
        message = f"There is no {module}: the file {here}/{wanted} is missing."
        return case.base("import-error", message=message, got=_described(error), lines=lines)
    file, name = error.path or str(wanted), str(error).split("'")[1]
    alike = difflib.get_close_matches(name, source.names_in(file), n=1)
    also = f", but {alike[0]}" if alike else ""
    message = f"{relative(file, case.root)} has no {name}{also}. Was it renamed or deleted?"
    return case.base("import-error", message=message, lines=lines)


# No end, an early end


def _hang(case: Case) -> Failure | None:
    lines = case.learner_lines() or _other_threads(case)
    if isinstance(case.error, TimeLimitExceeded):
        did = "It had not ended"
        message = f"{did} after {case.limit:g} seconds and was stopped"
        message += " at the line below." if lines else "."
        return _with_call(case, case.base("hang", message=message, lines=lines[-2:]))
    if isinstance(case.error, TimeoutError) and not case.under_test(case.raised_in()):
        message = "The test waited for something that never came, and gave up."
        if lines and not case.learner_lines():
            message += " Meanwhile your code was at the line below."
        return _with_call(case, case.base("hang", message=message, lines=lines[-2:]))
    return None


def _other_threads(case: Case) -> tuple[Line, ...]:
    """Where other threads stand now: the innermost line under test of each."""
    own = threading.get_ident()
    found = []
    for ident, frame in sys._current_frames().items():
        frames = stack(frame) if ident != own else ()
        lines = [case.line(f.f_code, f.f_lineno) for f in frames if case.under_test(_file(f))]
        found += lines[:1]
    return tuple(dict.fromkeys(found))


def _exit(case: Case) -> Failure | None:
    if not isinstance(case.error, SystemExit):
        return None
    got = f"SystemExit({case.error.code!r})"
    message = "It called sys.exit, which ends the whole program; raise an exception instead."
    failure = case.base("exit", message=message, got=got, lines=case.learner_lines()[-2:])
    return _with_call(case, failure)


# An assertion


def _assertion(case: Case) -> Failure | None:
    place = case.test_place()
    if not isinstance(case.error, AssertionError) or place is None or case.places[-1] != place:
        return None
    frame, number = place
    statement = source.statement_at(_file(frame), number)
    if not isinstance(statement, ast.Assert):
        return None
    failure = dataclasses.replace(_compared(case, statement, frame), test=_test_line(case))
    failure = _with_asserted(case, failure, statement, frame)
    if statement.msg is None:
        return failure
    return dataclasses.replace(failure, message=str(case.error).partition("\nassert ")[0])


def _compared(case: Case, statement: ast.Assert, frame: FrameType) -> Failure:
    comparison = case.comparison
    if comparison is None or not _has_comparison(statement.test):
        return _truth(case, statement)
    operator, got, expected = _sides(comparison, statement.test)
    kind = "wrong-attribute" if _on_an_exception(statement.test, frame) else "wrong-value"
    if operator in _PLAIN_OPERATORS and operator in ("==", "is"):
        difference = compare(got, expected)
        raw = isinstance(got, bytes | bytearray) and isinstance(expected, bytes | bytearray)
        return case.base(
            "wrong-bytes" if raw and kind == "wrong-value" else kind,
            got=difference.got,
            expected=difference.expected,
            caret=difference.caret,
            note=difference.note,
        )
    return case.base(kind, got=show(got), expected=clip(_OPERATORS[operator] + show(expected), 66))


def _has_comparison(test: ast.expr) -> bool:
    return any(isinstance(node, ast.Compare) for node in ast.walk(test))


def _sides(comparison: Comparison, test: ast.expr) -> tuple[str, object, object]:
    """The operator as seen from what was got, then got and expected."""
    left, right = comparison.left, comparison.right
    if comparison.operator in ("in", "not in"):
        contained = isinstance(test, ast.Compare) and source.has_call(test.left)
        if contained and not source.has_call(test.comparators[0]):  # type: ignore[attr-defined]
            return {"in": "in!", "not in": "not in!"}[comparison.operator], left, right
        return comparison.operator, right, left
    if isinstance(test, ast.Compare) and _turned_round(test):
        turned = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}
        return turned.get(comparison.operator, comparison.operator), right, left
    return comparison.operator, left, right


_OPERATORS |= {"in!": "one of ", "not in!": "none of "}


def _turned_round(test: ast.Compare) -> bool:
    """Is the expected value written first, as in `400 == parse(raw)`?"""
    return isinstance(test.left, ast.Constant) and not isinstance(test.comparators[0], ast.Constant)


def _on_an_exception(test: ast.expr, frame: FrameType) -> bool:
    names = (node.id for node in ast.walk(test) if isinstance(node, ast.Name))
    return any(isinstance(frame.f_locals.get(name), pytest.ExceptionInfo) for name in names)


def _truth(case: Case, statement: ast.Assert) -> Failure:
    """An assertion without a comparison: what was asserted is simply not so."""
    first = str(case.error).rpartition("\nassert ")[2].removeprefix("assert ").split("\n")[0]
    negated = first.startswith("not ")
    got = first.removeprefix("not ") if negated else first
    expected = {"False": "True", "True": "False"}.get(got, "something false" if negated else "")
    return case.base("wrong-value", got=clip(got, 66), expected=expected or "something true")


def _with_asserted(
    case: Case, failure: Failure, statement: ast.Assert, frame: FrameType
) -> Failure:
    """Add the call that gave the value, and what of it was checked."""
    file, test = _file(frame), statement.test
    asserted = _got_expression(test)
    if source.calls_more_than_builtins(asserted, frame):
        return _with_node(case, failure, asserted, frame)
    call = _call_that_gave(case, asserted, frame)
    checked = "" if isinstance(asserted, ast.Name) else source.text_of(file, asserted)
    if call is None:
        return dataclasses.replace(failure, checked=checked or source.text_of(file, test))
    return dataclasses.replace(_with_node(case, failure, call, frame), checked=checked)


def _got_expression(test: ast.expr) -> ast.expr:
    """The side of an assertion that the code under test had a part in."""
    if isinstance(test, ast.UnaryOp):
        return test.operand
    if not isinstance(test, ast.Compare):
        return test
    right = test.comparators[0]
    if isinstance(test.ops[0], ast.In | ast.NotIn):
        return test.left if source.has_call(test.left) and not source.has_call(right) else right
    return right if _turned_round(test) else test.left


# Exceptions


def _missing_exception(case: Case) -> Failure | None:
    if not isinstance(case.error, pytest.fail.Exception):
        return None
    place = case.test_place()
    block = source.raising_block(_file(place[0]), place[1]) if place else None
    if place is None or block is None or not str(case.error).startswith("DID NOT RAISE"):
        return case.base("error-in-test", message=str(case.error), test=_test_line(case))
    frame = place[0]
    failure = case.base(
        "missing-exception",
        got="no exception",
        expected=_raises_text(_file(frame), block),
        test=_test_line(case),
    )
    return _with_node(case, failure, block.body[-1], frame)


def _raises_text(file: str, block: ast.With) -> str:
    call = source.raises_call(block)
    if call is None or not call.args:
        return ""
    match = next((k.value for k in call.keywords if k.arg == "match"), None)
    also = f", with a message that matches {source.text_of(file, match)}" if match else ""
    return clip(source.text_of(file, call.args[0]) + also, 66)


def _wrong_exception(case: Case) -> Failure | None:
    place = case.test_place()
    block = source.raising_block(_file(place[0]), place[1]) if place else None
    if place is None or block is None:
        return None
    message, got = "", _described(case.error)
    if (
        isinstance(case.error, AssertionError)
        and case.error.__cause__ is None
        and "match" in str(case.error)
    ):
        got = _matched_against(case.error)
    failure = case.base(
        "wrong-exception",
        message=message,
        got=got,
        expected=_raises_text(_file(place[0]), block),
        lines=case.learner_lines()[-2:],
        test=_test_line(case),
    )
    inside = [n for n in block.body if n.lineno <= place[1] <= (n.end_lineno or 0)]
    return _with_node(case, failure, (inside or block.body)[0], place[0])


def _matched_against(error: AssertionError) -> str:
    """What pytest says the message was, when `match=` did not fit it."""
    for line in str(error).splitlines():
        name, _, value = line.strip().partition(": ")
        if name in ("Actual message", "Input"):
            return f"the message {value}"
    return _described(error)


def _error(case: Case) -> Failure:
    """An exception where none should be."""
    lines, error = case.learner_lines(), case.error
    message = _recursion(error, lines)
    if not lines:
        message = "Something your code did, or did not do, made the test itself stumble."
        failure = case.base("error-in-test", message=message, got=_described(error))
        return _with_call(case, failure)
    lines = lines[-1:] if isinstance(error, RecursionError) else lines[-2:]
    failure = case.base(
        "error-in-learner-code", message=message, got=_described(error), lines=lines
    )
    return _with_call(case, failure)


def _thread(case: Case) -> Failure | None:
    """An exception that ended another thread, where the test saw only what came of it."""
    error = next((error for error in case.threads if _learner_lines(case, error)), None)
    if error is None or case.learner_lines():
        return None
    message = "It was raised in another thread, so the test saw only what came of it."
    lines = _learner_lines(case, error)[-2:]
    got = _described(error)
    failure = case.base("error-in-learner-code", message=message, got=got, lines=lines)
    return _with_call(case, failure)


def _learner_lines(case: Case, error: BaseException) -> tuple[Line, ...]:
    places = _walk(error.__traceback__)
    return tuple(case.line(f.f_code, n) for f, n in places if case.under_test(_file(f)))


def _recursion(error: BaseException, lines: tuple[Line, ...]) -> str:
    if not isinstance(error, RecursionError) or not lines:
        return ""
    function = lines[-1].function
    return f"{function} calls itself again and again, without an end."


_TELLERS = (
    _stub,
    _import,
    _exit,
    _thread,
    _hang,
    _assertion,
    _missing_exception,
    _wrong_exception,
    _error,
)
"""Asked in this order; the first that knows the case tells it."""


# What every kind shares


def _with_call(case: Case, failure: Failure) -> Failure:
    """Add the test's statement that was running."""
    place = case.test_place()
    if place is None:
        return failure
    frame, number = place
    statement = source.statement_at(_file(frame), number)
    failure = dataclasses.replace(failure, test=_test_line(case))
    match statement:
        case ast.Assert():
            failure = dataclasses.replace(failure, expected=_expected_text(statement.test, frame))
            return _with_asserted(case, failure, statement, frame)
        case ast.With(items=[item, *_]):
            return _with_node(case, failure, item.context_expr, frame)
        case ast.For(iter=head) | ast.While(test=head) | ast.If(test=head):
            return _with_node(case, failure, head, frame)
        case None | ast.FunctionDef() | ast.Try():
            return failure
    return _with_node(case, failure, statement, frame)


def _expected_text(test: ast.expr, frame: FrameType) -> str:
    """What an assertion would have compared with: its value if a name holds it, else its source."""
    if not (isinstance(test, ast.Compare) and isinstance(test.ops[0], ast.Eq)):
        return ""
    wanted = test.left if _turned_round(test) else test.comparators[0]
    if isinstance(wanted, ast.Name) and wanted.id in frame.f_locals:
        return show(frame.f_locals[wanted.id])
    return clip(source.text_of(_file(frame), wanted).replace("\n", " "), 66)


def _with_node(case: Case, failure: Failure, node: ast.AST, frame: FrameType) -> Failure:
    """Add the call's source, the values of its names, and where what it calls is defined."""
    text, then = source.text_of(_file(frame), node), failure.checked
    before = None if _definition(case, node, frame) else _call_before(case, node, frame)
    if before is not None:
        node, text, then = before, source.text_of(_file(frame), before), then or text
    look = _definition(case, node, frame) or _step_definition(case)
    return dataclasses.replace(
        failure,
        call=tuple(text.split("\n")) if text else (),
        values=source.values_in(node, frame),
        checked=then,
        look=failure.look if failure.lines else look,
    )


def _call_that_gave(case: Case, asserted: ast.expr, frame: FrameType) -> ast.stmt | None:
    """The statement that made what is asserted, or the later one that changed it."""
    function = source.function_at(_file(frame), asserted.lineno)
    made = source.origin(function, asserted, asserted.lineno)
    last = _call_before(case, asserted, frame)
    if made is None or last is None:
        return made or last
    about_it = source.names_of(last) & source.names_of(asserted)
    by_learner = _definition(case, made, frame) is not None
    return last if (about_it and last.lineno > made.lineno) or not by_learner else made


def _call_before(case: Case, node: ast.AST, frame: FrameType) -> ast.stmt | None:
    """The last statement above a node that calls what is under test."""
    line = getattr(node, "lineno", 0)
    above = source.simple_statements(source.function_at(_file(frame), line), line)
    return next((s for s in reversed(above) if _definition(case, s, frame)), None)


def _definition(case: Case, node: ast.AST, frame: FrameType) -> Line | None:
    """Where the function under test that a node calls, perhaps through a helper, is defined."""
    called = list(source.functions_called(node, frame))
    for function in (*called, *_called_by_helpers(case, called)):
        code = getattr(function, "__code__", None)
        if isinstance(code, CodeType) and case.under_test(code.co_filename):
            file = relative(code.co_filename, case.root)
            return Line(file, code.co_firstlineno, _function_name(code))
    return None


def _called_by_helpers(case: Case, functions: list[Any]) -> Iterable[Any]:
    """What the helpers in the test's own file name of what the step writes."""
    wanted = {write.qualname for write in case.step.writes} if case.step else set()
    for function in functions:
        code = getattr(function, "__code__", None)
        if isinstance(code, CodeType) and code.co_filename == str(case.file):
            named = (function.__globals__.get(name) for name in code.co_names)
            yield from (found for found in named if getattr(found, "__qualname__", "") in wanted)


def _step_definition(case: Case) -> Line | None:
    """Where the function of the test's step is defined, if the step has only one."""
    writes = case.step.writes if case.step else ()
    for write in writes if len(writes) == 1 else ():
        for file in (folder / write.file for folder in case.folders):
            number = source.line_of(str(file), write.qualname)
            if number:
                return Line(relative(file, case.root), number, write.qualname)
    return None


def _test_line(case: Case) -> Line | None:
    """The line of the test itself, of which a helper in the same file may have gone on."""
    numbers = [number for frame, number in case.places if Path(_file(frame)) == case.file]
    return Line(relative(case.file, case.root), numbers[0]) if numbers else None


def _described(error: BaseException) -> str:
    """The exception as the last line of a traceback has it."""
    text = " ".join(str(error).split())
    name = type(error).__name__
    return clip(f"{name}: {text}" if text else name, 200)


def _walk(traceback: TracebackType | None) -> Iterable[tuple[FrameType, int]]:
    while traceback is not None:
        yield traceback.tb_frame, traceback.tb_lineno
        traceback = traceback.tb_next


def stack(frame: FrameType | None) -> Iterable[FrameType]:
    """A frame, and those that called it."""
    while frame is not None:
        yield frame
        frame = frame.f_back


def _file(frame: FrameType) -> str:
    return frame.f_code.co_filename


def _function_name(code: CodeType) -> str:
    return "" if code.co_name == "<module>" else code.co_qualname


def is_below(file: str, folders: Iterable[Path]) -> bool:
    """Does a file stand in one of the folders, or below?"""
    return any(file.startswith(str(folder) + os.sep) for folder in folders)


def relative(file: str | Path, root: Path) -> str:
    """The file as seen from the root, with `/`; as it is where it stands elsewhere."""
    path = Path(file)
    return (path.relative_to(root) if path.is_relative_to(root) else path).as_posix()


__all__ = ["Case", "Comparison", "diagnose", "is_below", "literal", "relative"]
