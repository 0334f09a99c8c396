"""What the tests of this chapter share: a template's Python, run as `Template` runs it."""

import sys

import pytest


@pytest.fixture
def failing_line():
    """`failing_line(source, **context)`: the line of the template that the error belongs to."""

    from bistro.templates.compiler import Settings, generate
    from bistro.templates.lexer import Source

    def failing_line(source, **context):
        generated = generate(Source(source), Settings())
        names = dict(generated.names)
        exec(compile(generated.python, "<generated>", "exec"), names)
        try:
            list(names["root"](context, {}))
        except ZeroDivisionError:
            traceback = sys.exc_info()[2]
            while traceback.tb_next:
                traceback = traceback.tb_next
            return generated.lines[traceback.tb_lineno - 1]
        return pytest.fail("nothing was divided by zero", pytrace=False)

    return failing_line
