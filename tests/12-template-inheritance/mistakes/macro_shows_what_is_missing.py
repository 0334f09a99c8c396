"""replaces: templates.composition.write_macro_body
caught by: test_6_macros.py::test_a_default_of_what_comes_later

The variable first, then its default: which finds the mark for what is missing, and prints it.
"""


def write_macro_body(compiler, parameters, body):
    sink = compiler.frame.sink
    for name, _ in parameters:
        compiler.scope.declare(name)
    for name, default in parameters:
        variable = compiler.scope.names[name]
        absent = f"undefined({compiler.constant(name)})"
        value = absent if default is None else compiler.expression(default)
        compiler.line(f"if {variable} is MISSING:")
        compiler.indented(f"{variable} = {value}")
    compiler.line(f"{sink} = []")
    compiler.write_scoped(body, compiler.inner_scope())
    compiler.line(f"return {joined(compiler, sink)}")
