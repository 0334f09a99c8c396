"""replaces: templates.composition.capture
caught by: test_6_macros.py::test_a_captured_body_is_a_scope

The old list is not put back: all that follows on the page goes into the variable's list.
"""


def capture(compiler, body):
    frame = compiler.frame
    frame.sink = f"out_{compiler.number()}"
    compiler.line(f"{frame.sink} = []")
    compiler.write_scoped(body, compiler.inner_scope())
    return joined(compiler, frame.sink)
