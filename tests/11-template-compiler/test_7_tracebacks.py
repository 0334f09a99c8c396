"""Step 11.7: tracebacks in the template's lines."""

import linecache
import sys
import traceback
from types import TracebackType

import pytest

from bistro.templates.errors import TemplateError, UndefinedError
from bistro.templates.template import DONE, Template, in_template_lines

CARD = (
    "<ul>\n{% for dish in dishes %}\n  <li>{{ dish.name }}: {{ 12 / dish.price }}\n{% endfor %}\n"
)


def error_of(call, *args, **kwargs):
    try:
        call(*args, **kwargs)
    except Exception as error:  # noqa: BLE001
        return error
    return pytest.fail("no error came", pytrace=False)


def shown(error):
    """File and line of each entry that a template's code stands in."""
    entries = traceback.extract_tb(error.__traceback__)
    return [
        (entry.filename, entry.lineno, entry.line)
        for entry in entries
        if entry.filename.endswith(".html")
    ]


def entries_of(entry):
    """What each entry of a traceback has."""
    found = []
    while entry:
        found.append((entry.tb_frame, entry.tb_lasti, entry.tb_lineno))
        entry = entry.tb_next
    return found


def test_nothing_stays_nothing():
    """Without a traceback there is nothing to show."""
    assert in_template_lines(None) is None


def test_an_error_shows_the_template():
    """An error in a template shows its name, its line, and what stands there."""
    card = Template(CARD, name="card.html")
    error = error_of(card.render, dishes=[{"name": "soup", "price": 0}])
    assert type(error) is ZeroDivisionError
    assert shown(error) == [("card.html", 3, "<li>{{ dish.name }}: {{ 12 / dish.price }}")]


@pytest.mark.parametrize(
    ("source", "line"),
    [("{{ 1/x }}", 1), ("\n\n{{ y }}\n{{ 1/x }}\n{{ y }}", 4), ("\n{% set z = 1/x %}", 2),
     ("\n{% if y %}\n{% if 1/x %}\n{% endif %}{% endif %}", 3),
     ("{% for z in y %}\n{{ 1/x }}{% endfor %}", 2)],
)  # fmt: skip
def test_the_line_is_the_templates(source, line):
    """Whatever the error stands in, the last line shown is the template's."""
    error = error_of(Template(source, name="page.html").render, x=0, y=[1])
    assert shown(error)[-1][1] == line


def test_streams_show_it_too():
    """A template that is streamed shows its lines as well."""
    error = error_of(lambda: list(Template("a\n{{ 1/x }}", name="page.html").stream(x=0)))
    assert shown(error) == [("page.html", 2, "{{ 1/x }}")]


def test_other_entries_stay():
    """Python's own functions are shown as they are, before the template and behind it."""

    def cook():
        return {}["recipe"]

    error = error_of(Template("\n{{ cook() }}", name="page.html").render, cook=cook)
    entries = [(entry.name, entry.line) for entry in traceback.extract_tb(error.__traceback__)]
    assert entries[0][0] == "error_of"
    assert entries[-2] == ("root", "{{ cook() }}")
    assert entries[-1] == ("cook", 'return {}["recipe"]')


def test_frames_and_their_order_stay():
    """Each entry keeps its frame, and those of Python's functions keep their instruction."""

    def cook():
        raise KeyError

    page = Template("\n\n{{ cook() }}", name="page.html")
    try:
        list(page.root({"cook": cook}, {}))
    except KeyError:
        before = sys.exc_info()[2]
    old = entries_of(before)
    new = entries_of(in_template_lines(before))
    assert len(old) == 3
    assert new == [old[0], (old[1][0], DONE, 3), old[2]]
    assert entries_of(before) == old, "the traceback itself was changed; it should be copied"


def test_a_template_in_a_template():
    """A template whose value renders another one: each shows its own line."""
    source = "\n\n\n\n{{ 1/0 }}\n\n{% if x %}\n{{ x }}{% else %}{{ x }}{% endif %}"
    inner = Template(source, name="inner.html")
    outer = Template("\n{{ inner() }}", name="outer.html")
    error = error_of(outer.render, inner=inner.render)
    assert shown(error) == [("outer.html", 2, "{{ inner() }}"), ("inner.html", 5, "{{ 1/0 }}")]


def test_a_long_way_down():
    """A traceback of thousands of entries is translated like any other."""
    long = None
    for line in range(5000):
        long = TracebackType(long, sys._getframe(), 0, line + 1)
    translated = in_template_lines(long)
    for line in range(5000, 0, -1):
        assert translated.tb_lineno == line
        translated = translated.tb_next
    assert translated is None


def test_recursion_without_end():
    """A template that calls itself without end is a TemplateError."""
    page = Template("{{ page() }}", name="page.html")
    error = error_of(page.render, page=lambda: list(page.root({"page": page.render}, {})))
    assert isinstance(error, TemplateError)
    source = "{% for x in s recursive %}{{ loop(s) }}{% endfor %}"
    with pytest.raises(TemplateError, match="nested too deeply"):
        Template(source).render(s=[1])
    assert in_template_lines(error.__traceback__) is not None


def test_the_lines_are_those_of_the_text():
    """What is shown is the template's text, which need not be in any file."""
    page = Template("first\n  second {{ 1/0 }}\nthird", name="no such file.html")
    assert shown(error_of(page.render)) == [("no such file.html", 2, "second {{ 1/0 }}")]
    linecache.checkcache()
    assert shown(error_of(page.render)) == [("no such file.html", 2, "second {{ 1/0 }}")]


def test_an_undefined_value_shows_its_line():
    """Where something undefined was needed, the template's line is shown."""
    error = error_of(Template("\n{{ guest.name.first }}", name="page.html").render, guest={})
    assert type(error) is UndefinedError
    assert "'dict' has no attribute or key 'name'" in str(error)
    assert shown(error) == [("page.html", 2, "{{ guest.name.first }}")]
