"""The cutting: what a learner's file keeps, and what it loses."""

from __future__ import annotations

import ast
import textwrap
from pathlib import Path

import pytest

from course import cut
from course.book import Book
from tests.course import made_up


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return made_up.book(tmp_path)


def cut_function(root: Path, source: str, name: str) -> str:
    """The source with one function cut, as if it were that of step 1.1."""
    source = textwrap.dedent(source).lstrip("\n")
    return cut.cut_text(source, {name: Book.load(root).step("1.1")})


def test_an_exercise_is_the_framework_without_the_bodies_to_write(root: Path) -> None:
    cut.cut(root)
    whole = (root / "framework/bistro/dough.py").read_text()
    expected = whole.replace(
        """\
    # A comment that goes with the body.
    if flour <= 0:
        raise DoughError("a dough needs flour")
    return water * 100 // flour
""",
        '    raise NotImplementedError("step 1.1: write hydration")\n',
    ).replace(
        """\
        if not name:
            raise DoughError("a loaf needs a name")
        self.loaves.append(name)
        return f"{name} loaf"
""",
        '        raise NotImplementedError("step 1.2: write Oven.bake")\n',
    )
    assert (root / "exercises/01-dough/bistro/dough.py").read_text() == expected
    assert (root / "solutions/01-dough/bistro/dough.py").read_text() == whole


def test_decorators_signature_and_docstring_stay_to_the_letter(root: Path) -> None:
    source = '''
        class A:
            @first  # why
            @second(
                1,
            )
            async def f(
                self,  # the loaf
                x: "int | None" = ":",
                *y: int,
            ) -> list[int]:  # long
                r"""Doc \\d.

                def g(): (
                """  # kept
                # gone

                def inner():
                    return """
        text at the left edge
        """
                return [inner()]
                # gone as well

                # and this

            # stays: it belongs to the next one
            def g(self): pass
    '''
    whole = textwrap.dedent(source).lstrip("\n")
    start = whole.index("        # gone\n")
    end = whole.index("\n    # stays")
    stub = '        raise NotImplementedError("step 1.1: write A.f")\n'
    result = cut_function(root, source, "A.f")
    assert result == whole[:start] + stub + whole[end:]
    ast.parse(result)


def test_a_body_without_docstring_is_cut_from_its_first_line(root: Path) -> None:
    source = """
        def f(x):  # kept
            # gone
            return x
        END = 1
    """
    expected = 'def f(x):  # kept\n    raise NotImplementedError("step 1.1: write f")\nEND = 1\n'
    assert cut_function(root, source, "f") == expected


def test_a_property_is_cut_with_its_setter_and_each_platform_with_the_other(root: Path) -> None:
    source = """
        class A:
            @property
            def x(self):
                return 1
            @x.setter
            def x(self, value):
                self.y = value
        if FORK:
            def f():
                return 1
        else:
            def f():
                return 2
    """
    assert cut_function(root, source, "A.x").count("write A.x") == 2
    assert cut_function(root, source, "f").count("write f") == 2


@pytest.mark.parametrize(
    ("source", "name", "message"),
    [
        ("def f():\n    '''Doc.'''\n", "f", "f has no body but its docstring"),
        ("def f():\n    '''Doc.'''\n    # soon\n    ...\n", "f", "f has no body"),
        ("def f(): return 1\n", "f", "f: the body must start on a line of its own"),
        (
            "def f():\n    'Doc.'; return 1\n",
            "f",
            "f: the docstring must stand on lines of its own",
        ),
        (
            "class A:\n    def bake(self):\n        return 1\n",
            "A.bale",
            "no function A.bale; near it",
        ),
    ],
)
def test_what_cannot_be_cut_is_an_error(root: Path, source: str, name: str, message: str) -> None:
    with pytest.raises(cut.CutError, match=message):
        cut_function(root, source, name)


def test_a_function_inside_one_that_is_cut_is_an_error(root: Path) -> None:
    step = Book.load(root).step("1.1")
    source = "if 1:\n    def f():\n        return 1\n\n\ndef f():\n    return 2\n"
    assert cut.cut_text(source, {"f": step}).count("raise") == 2
    nested = "class A:\n    def f(self):\n        return 1\n"
    with pytest.raises(cut.CutError, match=r"there is no function A"):
        cut.cut_text(nested, {"A.f": step, "A": step})


def test_the_error_names_the_file(root: Path) -> None:
    page = root / "chapters/02-salt/index.md"
    page.write_text(page.read_text().replace("salt.brine", "salt.brime"))
    with pytest.raises(cut.CutError, match=r"salt\.py: there is no function brime; near it: brine"):
        cut.stale(root)


def test_a_missing_file_is_named(root: Path) -> None:
    (root / "framework/bistro/salt.py").unlink()
    with pytest.raises(
        cut.CutError, match=r"salt\.py: this file is in a chapter's 'files', and mis"
    ):
        cut.cut(root)


def test_stale_names_what_cut_then_writes_and_removes(root: Path) -> None:
    cut.cut(root)
    assert cut.stale(root) == []
    framework = root / "framework/bistro/salt.py"
    framework.write_text(framework.read_text() + "\nGRAIN = 1\n")
    old = made_up.write(root / "solutions/09-gone/bistro/gone.py", "")
    made_up.write(root / "solutions/09-gone/bistro/__pycache__/gone.pyc", "")
    expected = [
        root / "exercises/02-salt/bistro/salt.py",
        root / "solutions/02-salt/bistro/salt.py",
        old,
    ]
    assert cut.stale(root) == expected
    assert cut.cut(root) == expected
    assert not old.exists()
    assert cut.stale(root) == []
    assert cut.cut(root) == []


def test_cut_keeps_what_a_learner_wrote(root: Path) -> None:
    cut.cut(root)
    path = root / "exercises/01-dough/bistro/dough.py"
    stub = 'raise NotImplementedError("step 1.1: write hydration")'
    mine = path.read_text().replace(stub, "return 70")
    path.write_text(mine)
    with pytest.raises(cut.CutError, match=r"dough\.py: hydration has been written by a learner"):
        cut.cut(root)
    assert path.read_text() == mine
    assert cut.cut(root, force=True) == [path]
    assert cut.stale(root) == []


def test_what_the_author_turns_into_a_step_is_no_learners_work(root: Path) -> None:
    page = root / "chapters/01-dough/index.md"
    later = page.read_text()
    page.write_text(later.replace("[dough.Oven.bake]", "[dough.Oven.__init__]"))
    cut.cut(root)
    page.write_text(later)
    assert cut.cut(root) == [root / "exercises/01-dough/bistro/dough.py"]


def test_assemble_fills_the_first_steps_and_the_chapters_below(root: Path, tmp_path: Path) -> None:
    book = Book.load(root)
    folder = cut.assemble(book, book.chapter(1), tmp_path / "one", filled=1)
    text = (folder / "bistro/dough.py").read_text()
    assert "return water * 100" in text
    assert "step 1.2: write Oven.bake" in text
    assert not (folder / "bistro/salt.py").exists()
    folder = cut.assemble(book, book.chapter(2), tmp_path / "two", filled=0)
    assert (folder / "bistro/dough.py").read_text() == (
        root / "framework/bistro/dough.py"
    ).read_text()
    assert "step 2.1: write brine" in (folder / "bistro/salt.py").read_text()


def test_a_line_is_what_python_calls_a_line(root: Path) -> None:
    source = 'X = "\x0c\x85\u2028"\n\n\ndef f():\n    return 1\n'
    assert cut_function(root, source, "f").startswith(
        'X = "\x0c\x85\u2028"\n\n\ndef f():\n    raise'
    )
