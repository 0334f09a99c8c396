"""replaces: wsgi.variable
caught by: test_1_names.py::test_a_client_cannot_fill_the_memory

The limit holds for variables, but a client can think of names with `_` just as well.
"""


def variable(name: str) -> str:
    if name in VARIABLES:
        return VARIABLES[name]
    if "_" in name:
        VARIABLES[name] = ""
        return ""
    key = "HTTP_" + name.upper().replace("-", "_")
    if len(VARIABLES) < MAX_VARIABLES:
        VARIABLES[name] = key
    return key
