"""Step 12.3: blocks."""

import pytest

from bistro.templates.composition import register
from bistro.templates.environment import Environment
from bistro.templates.errors import TemplateError, TemplateSyntaxError


def compiled(source, **settings):
    """A template out of a text."""
    return Environment(**settings).from_string(source)


def written_with(template, blocks, **context):
    """The text of a template for which there are blocks already, as those of a child would be."""
    return "".join(template.root(template.new_context(**context), blocks))


def test_a_template_has_its_blocks_behind():
    """A template's blocks are put behind those that are there, each name for itself."""
    blocks = {"title": ["child's"]}
    register(blocks, {"title": "mine", "body": "mine, too"})
    assert blocks == {"title": ["child's", "mine"], "body": ["mine, too"]}
    register(blocks, {"title": "the layout's"})
    assert blocks == {"title": ["child's", "mine", "the layout's"], "body": ["mine, too"]}


def test_registering_leaves_the_templates_own_alone():
    """What a template has is the same for each rendering: registering changes only `blocks`."""
    own = {"title": "mine"}
    for _ in range(2):
        blocks = {}
        register(blocks, own)
        assert blocks == {"title": ["mine"]}
    assert own == {"title": "mine"}


def test_a_block_stands_where_it_is_written():
    """Without a child, a block's text stands where the block does."""
    template = compiled("<{% block title %}{{ house }}!{% endblock %}>{% block a %}a{% endblock %}")
    for _ in range(2):
        assert template.render(house="B&B") == "<B&amp;B!>a"


def test_the_first_function_is_called():
    """What stands in the block's place comes from the first function that there is for its name."""
    template = compiled("<{% block title %}mine{% endblock %}>{% block a %}a{% endblock %}")

    def childs(context, blocks, depth=0):
        yield "of "
        yield context["house"]

    blocks = {"title": [childs]}
    assert written_with(template, blocks, house="Ada") == "<of Ada>a"
    assert [len(functions) for functions in blocks.values()] == [2, 1]


def test_the_function_gets_the_blocks():
    """A block's function gets the context and the blocks; its depth is 0 unless it is said."""
    template = compiled("{% block title %}{% endblock %}")
    given = []

    def childs(context, blocks, depth=0):
        given.append((context["house"], blocks, depth))
        yield ""

    blocks = {"title": [childs]}
    written_with(template, blocks, house="Ada")
    assert given == [("Ada", blocks, 0)]
    assert given[0][1] is blocks


def test_a_block_in_a_block():
    """A block in a block is called from there, and either may be replaced."""
    template = compiled("{% block a %}({% block b %}b{% endblock %}){% endblock %}")
    assert template.render() == "(b)"
    assert written_with(template, {"b": [lambda context, blocks: iter("X")]}) == "(X)"
    assert written_with(template, {"a": [lambda context, blocks: iter("X")]}) == "X"


def test_a_block_in_a_loop():
    """A block in a loop is written at each round; it sees the context, and not the loop."""
    template = compiled(
        "{% for i in '123' %}{% block row %}[{{ i }}{{ x }}]{% endblock %}{% endfor %}"
    )
    assert template.render(x="x") == "[x][x][x]"
    assert template.render(x="x", i=7) == "[7x][7x][7x]"


def test_what_the_template_has_set():
    """A block sees what the template has set at its top level so far."""
    template = compiled(
        "{% block a %}{{ x }}{% endblock %}{% set x = 1 %}{% block b %}{{ x }}{% endblock %}"
    )
    assert template.render() == "1"


def test_a_block_may_be_written_again():
    """`self.name()` writes a block once more, as markup, and the one that a child has."""
    template = compiled("{% block a %}<{{ x }}>{% endblock %}{{ self.a() }}")
    assert template.render(x="&") == "<&amp;><&amp;>"
    assert written_with(template, {"a": [lambda context, blocks: iter("<X>")]}) == "<X><X>"


def test_a_required_block():
    """A required block has to be there in a child; that is an error when it is written."""
    template = compiled("<{% block a required %}{% endblock %}>")
    with pytest.raises(TemplateError, match="'a' is required"):
        template.render()
    assert written_with(template, {"a": [lambda context, blocks: iter("X")]}) == "<X>"


def test_a_scoped_block(monkeypatch):
    """A scoped block, required or not, is called with a local context, which is offered `loop`."""
    offered = []

    def local(compiler, *, offers_loop=False):
        offered.append(offers_loop)
        return "{**context, 'x': 'local'}"

    monkeypatch.setattr("bistro.templates.composition.local_context", local)
    template = compiled(
        "{% block a scoped %}{{ x }}{% endblock %}{% block b scoped required %}{% endblock %}"
    )
    assert offered == [True, True]
    childs = {"b": [lambda context, blocks: iter(["(", context["x"], ")"])]}
    assert written_with(template, childs, x="global") == "local(local)"
    with pytest.raises(TemplateError, match="'b' is required"):
        template.render()


def test_a_block_is_written_piece_by_piece():
    """A block's pieces go on one by one, as they are asked for: a long page begins at once."""
    template = compiled("{% block a %}{% endblock %}")
    made = []

    def childs(context, blocks, depth=0):
        for number in range(3):
            made.append(number)
            yield str(number)

    pieces = template.root({}, {"a": [childs]})
    assert next(pieces) == "0"
    assert made == [0]


def test_names_that_python_keeps():
    """A block may have any name, also one that means something to Python, or to the compiler."""
    for name in ["class", "text", "context", "blocks", "root", "naïve", "register"]:
        template = compiled(f"{{% block {name} %}}a{{% endblock %}}")
        assert template.render() == "a"


def test_a_block_where_text_is_captured():
    """In a body whose text is captured, the block's text is captured, too."""
    template = compiled("{% for n in [2] recursive %}{% block a %}a{% endblock %}{% endfor %}")
    assert template.render() == "a"


def test_a_name_twice():
    """One template has one block of a name."""
    assert compiled("{% block a %}1{% endblock a %}").render() == "1"
    with pytest.raises(TemplateSyntaxError) as caught:
        compiled("{% block a %}{% endblock %}\n{% block a %}{% endblock %}")
    assert caught.value.line == 2


def test_an_error_in_a_block():
    """An error in a block has the line of the template, and other renderings go on."""
    template = compiled("\n{% block a %}\n{{ 1 / n }}{% endblock %}")
    with pytest.raises(ZeroDivisionError) as caught:
        template.render(n=0)
    assert caught.traceback[-1].lineno + 1 == 3
    assert template.render(n=1) == "\n\n1.0"
