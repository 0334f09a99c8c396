"""replaces: templates.composition.write_macro_body
caught by: test_6_macros.py::test_a_value_that_is_nothing

Whatever is false gets the default: an empty string and zero can't be given.
"""


def write_macro_body(compiler, parameters, body):
    sink = compiler.frame.sink
    for name, default in parameters:
        absent = f"undefined({compiler.constant(name)})"
        value = absent if default is None else compiler.expression(default)
        variable = compiler.scope.declare(name)
        compiler.line(f"if {variable} is MISSING or not {variable}:")
        compiler.indented(f"{variable} = {value}")
    compiler.line(f"{sink} = []")
    compiler.write_scoped(body, compiler.inner_scope())
    compiler.line(f"return {joined(compiler, sink)}")
