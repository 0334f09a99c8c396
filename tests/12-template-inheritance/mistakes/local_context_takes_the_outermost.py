"""replaces: templates.composition.local_context
caught by: test_5_include.py::test_the_innermost_wins

Scopes are collected from the inside out, and each one overwrites those before.
"""


def local_context(compiler, *, offers_loop=False):
    found = {}
    on_demand = {*SPECIAL} if offers_loop else {*SPECIAL, "loop"}
    scope = compiler.scope
    while scope is not None and scope is not compiler.root.scope:
        lazy = scope.frame.lazy if scope is scope.frame.scope else ()
        for name, variable in scope.names.items():
            if name not in lazy and (name not in on_demand or name in scope.used):
                found[name] = variable
                scope.used.add(name)
        scope = scope.parent
    pairs = [f", {compiler.constant(name)}: {variable}" for name, variable in found.items()]
    return f"{{**context{''.join(pairs)}}}"
