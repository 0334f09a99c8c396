"""replaces: wsgi.variable
caught by: test_1_names.py::test_a_client_cannot_fill_the_memory

A cache without a limit, fed by whoever sends requests.
"""


def variable(name: str) -> str:
    if name not in VARIABLES:
        if "_" in name:
            return ""
        VARIABLES[name] = "HTTP_" + name.upper().replace("-", "_")
    return VARIABLES[name]
