"""replaces: templates.composition.write_macro_body
caught by: test_6_macros.py::test_a_value_that_is_nothing

Whatever is false gets the default: an empty string and zero can't be given.
"""


def write_macro_body(compiler, parameters, body):
    sink = compiler.frame.sink
    for name, default in parameters:
        variable = compiler.scope.names[name]
        value = f"undefined({name!r})" if default is None else compiler.expression(default)
        compiler.line(f"if {variable} is MISSING or not {variable}:")
        compiler.indented(f"{variable} = {value}")
    compiler.line(f"{sink} = []")
    compiler.write_body(body)
    compiler.line(f"return {joined(compiler, sink)}")
