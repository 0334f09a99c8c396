"""Step 11.5: output becomes f-strings."""

import pytest

from bistro.templates.compiler import MAX_PIECES, Compiler, Settings, quoted
from bistro.templates.escape import Markup
from bistro.templates.lexer import Source
from bistro.templates.parser import parse
from bistro.templates.template import Template

ATTACK = "<script>alert('\"&\"')</script>"
ESCAPED = "&lt;script&gt;alert(&#39;&#34;&amp;&#34;&#39;)&lt;/script&gt;"
NASTY = ['"', "'", "\\", "\\n", "\\N{DEGREE SIGN}", "{", "}", "{x}", "{{x}}", "\n", "\n\n", "\t",
         "\0", "\x7f", "\x85", "\u2028", "é", "日本", "\ud800", '"""', "\\\"", "#", "%s", "{!r}",
         "".join(map(chr, range(32)))]  # fmt: skip


def rendered(source, autoescape=True, **context):
    return Template(source, Settings(autoescape=autoescape)).render(context)


def pieces(source, **context):
    return list(Template(source).stream(context))


@pytest.mark.parametrize("data", NASTY)
def test_any_text_can_be_quoted(data):
    """`quoted` writes any text so that an f-string between double quotes has it as its value."""
    assert eval(f'f"{quoted(data)}"') == data
    assert eval(f'f"a{quoted(data * 2)}{{1 + 1}}{quoted(data)}"') == f"a{data * 2}2{data}"


def test_quoted_text_stays_on_its_line():
    """Quoted text has no line ends and no other control characters in it."""
    assert quoted("plain text, é") == "plain text, é"
    written = quoted("".join(map(chr, range(32))))
    assert written.isprintable()


@pytest.mark.parametrize("data", NASTY)
def test_text_is_written_as_it_stands(data):
    """Text of a template comes out to the letter, alone and beside a value."""
    source = "{% raw %}" + data + "{% endraw %}"
    wanted = data.replace("\r\n", "\n").replace("\r", "\n")
    assert rendered("." + source + ".") == f".{wanted}."
    assert rendered("." + source + "{{ x }}" + source + ".", x=1) == f".{wanted}1{wanted}."


def test_values_are_escaped():
    """A value is escaped where the settings say so, and only there."""
    assert rendered("<p title='{{ x }}'>{{ x }}", x=ATTACK) == f"<p title='{ESCAPED}'>{ESCAPED}"
    assert rendered("<p>{{ x }}", autoescape=False, x=ATTACK) == f"<p>{ATTACK}"
    assert rendered("{{ x }}{{ x|upper }}", x=Markup("<b>")) == "<b><B>"
    assert rendered("{{ x|e }}{{ x|e|e }}", x="&") == "&amp;&amp;"


def test_constants_are_escaped():
    """A constant is escaped like any value, the template's own text never."""
    assert rendered("&{{ '&' }}{{ '<b>' ~ x }}", x=1) == "&&amp;&lt;b&gt;1"
    assert rendered("&{{ '&' }}{{ '\"' }}", autoescape=False) == '&&"'
    assert rendered("{{ '{' }}{{ x }}{{ '}\\\\' }}", x=1) == "{1}\\"
    assert rendered("{{ '<b>'|safe }}{{ x }}", x=1) == "<b>1"


def test_every_value_can_be_written():
    """Numbers, None and lists are written as str writes them; what is undefined as nothing."""
    assert rendered("{{ 1 }} {{ 1.0 }} {{ none }} {{ true }} {{ [1, '<'] }} [{{ x }}]") == (
        "1 1.0 None True [1, &#39;&lt;&#39;] []"
    )


def test_neighbours_make_one_piece():
    """Text and values in a row are one piece of output."""
    assert pieces("<p>{{ x }}, {{ y }}</p>\n<p>{{ x }}</p>", x=1, y=2) == ["<p>1, 2</p>\n<p>1</p>"]
    assert pieces("only text\nand more") == ["only text\nand more"]
    assert pieces("{{ x }}", x="<") == ["&lt;"]
    assert pieces("") == []


def test_what_is_known_is_text():
    """What is known when the template is compiled makes no value of its own."""
    assert "text(" not in Template("{{ 'a' }}{{ '' }}{{ 2 * 21 }}").python
    known = "{{ 'a' }}{{ 1 + 1 }}" * MAX_PIECES
    assert pieces(known) == ["a2" * MAX_PIECES]
    values = "{{ x }}" * MAX_PIECES
    assert pieces(known + values + known, x=1) == [
        "a2" * MAX_PIECES + "1" * MAX_PIECES,
        "a2" * MAX_PIECES,
    ]


@pytest.mark.parametrize("count", [1, MAX_PIECES - 1, MAX_PIECES, MAX_PIECES + 1, 3 * MAX_PIECES])
def test_many_values_make_several_pieces(count):
    """No more than MAX_PIECES values go into one piece, and no fewer unless they are the last."""
    wanted = [f"{x}." for x in range(count)]
    found = pieces("".join([f"{{{{ s[{x}] }}}}." for x in range(count)]), s=list(range(count)))
    assert "".join(found) == "".join(wanted)
    assert [text.strip(".").count(".") + 1 for text in found if text != "."] == [
        min(MAX_PIECES, count - start) for start in range(0, count, MAX_PIECES)
    ]


def test_no_piece_is_empty():
    """Nothing is written where nothing is left: one piece, and the one that ends each function."""
    assert Template("{{ x }}" * MAX_PIECES).python.count("yield") == 2


def test_a_long_template_is_no_trouble():
    """A template of two thousand lines with values is compiled and rendered."""
    assert rendered("<p>{{ x }}</p>\n" * 2_000, x="&") == ("<p>&amp;</p>\n" * 2_000)[:-1]


def test_a_large_value_is_no_trouble():
    """A value of a megabyte is escaped and written."""
    assert rendered("{{ x }}", x="<" * 1_000_000) == "&lt;" * 1_000_000


@pytest.mark.parametrize(
    ("source", "line"),
    [("{{ 1/x }}", 1), ("a\n{{ 1/x }}", 2), ("a\n\n{{ y }}\n{{ y }}{{ 1/x }}\n{{ y }}", 4),
     ("{{ y }}\n{{ 1/x }}\n\n{{ y }}", 2), ("{{ y }}{{ y\n}}\n{{ 1/x }}", 3),
     ("{{ 1/x }}\nb\n{{ y }}", 1),
     ("a\nb\n{{ y }}{% if 1/x %}{% endif %}\n", 3), ("{% if y %}\n\n{{ 1/x }}{% endif %}", 3),
     ("{{ y }}\n" * (MAX_PIECES - 1) + "{{ 1/x }}\n{{ y }}", MAX_PIECES),
     ("{{ y }}\n" * MAX_PIECES + "{{ 1/x }}\n{{ y }}", MAX_PIECES + 1)],
)  # fmt: skip
def test_each_value_remembers_its_line(failing_line, source, line):
    """The line of Python that a value stands on belongs to the value's line in the template."""
    assert failing_line(source, x=0, y=1) == line


def test_values_of_one_line_share_a_line(failing_line):
    """A piece whose values stand on one line of the template is one line of Python."""
    for source in ("{{ x }}", "text\n\n{{ x }}, {{ y }} and\nmore"):
        compiler = Compiler(Source(source), Settings())
        start = source.index("{")
        compiler.write_pieces([("text(1)", True, start), (" and\n", False, start + 7)])
        assert len(compiler.lines) == 1
    compiler = Compiler(Source("a\nbc\nd"), Settings())
    compiler.write_pieces([("1", True, 0), ("2", True, 2), ("3", True, 3), ("4", True, 5)])
    assert [line for _, line in compiler.lines][1:4] == [1, 2, 3]
    assert failing_line("{{ y }} {{ 1/x }}\n{{ y }}", x=0, y=1) == 1


def test_output_can_go_into_a_list():
    """Within a function whose output is collected, pieces are appended to its list."""
    compiler = Compiler(Source("{{ x }}\n{{ x }}"), Settings())
    compiler.frame.sink = "out"
    compiler.write_pieces([("text", False, 0)])
    compiler.write_pieces([("text(1)", True, 0), ("<", False, 7)])
    compiler.write_pieces([("text(1)", True, 0), ("text(2)", True, 8)])
    out = []
    exec("\n".join([line for line, _ in compiler.lines]), {**compiler.names, "out": out})
    assert out == ["text", "1<", "12"]


def test_a_guard_stands_before_all_output():
    """A frame's guard stands before each piece, on however many lines that is."""
    compiler = Compiler(Source("{{ x }}\n{{ x }}"), Settings())
    compiler.frame.guard = "if wanted: "
    compiler.write_pieces([("text", False, 0)])
    compiler.write_pieces([("text(1)", True, 0)])
    compiler.write_pieces([("text(1)", True, 0), ("text(2)", True, 8)])
    names = dict(compiler.names)
    exec("def root():\n" + "\n".join([" " + line for line, _ in compiler.lines]), names)
    for wanted, expected in ((True, ["text", "1", "12"]), (False, [])):
        names["wanted"] = wanted
        assert list(names["root"]()) == expected


def test_output_can_be_left_out():
    """Where a frame's guard is None nothing is written, unless it goes into a list."""
    [node] = parse(Source("a{{ x }}\n{{ y }}")).body
    compiler = Compiler(Source("a{{ x }}\n{{ y }}"), Settings())
    compiler.frame.guard = None
    compiler.write_output(node)
    assert compiler.lines == []
    compiler.frame.sink = "out"
    compiler.write_output(node)
    assert len(compiler.lines) > 1
