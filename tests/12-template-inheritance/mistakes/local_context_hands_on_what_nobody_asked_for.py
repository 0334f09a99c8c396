"""replaces: templates.composition.local_context
caught by: test_5_include.py::test_known_on_demand

All names that there are: so a macro with an include in it takes any number of arguments.
"""


def local_context(compiler, *, offers_loop=False):
    found = {}
    scope = compiler.scope
    while scope is not None and scope is not compiler.root.scope:
        lazy = scope.frame.lazy if scope is scope.frame.scope else ()
        for name, variable in scope.names.items():
            is_there = name != "loop" or offers_loop or name in scope.used
            if name not in found and name not in lazy and is_there:
                found[name] = variable
                scope.used.add(name)
        scope = scope.parent
    pairs = [f", {compiler.constant(name)}: {variable}" for name, variable in found.items()]
    return f"{{**context{''.join(pairs)}}}"
