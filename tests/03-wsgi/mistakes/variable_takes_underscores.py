"""replaces: wsgi.variable
caught by: test_1_names.py::test_an_underscore_has_no_variable

The rule as CGI had it: capitals, and - becomes _. That two names become one is easily missed.
"""


def variable(name: str) -> str:
    if name in VARIABLES:
        return VARIABLES[name]
    key = "HTTP_" + name.upper().replace("-", "_")
    if len(VARIABLES) < MAX_VARIABLES:
        VARIABLES[name] = key
    return key
