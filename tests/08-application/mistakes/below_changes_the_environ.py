"""replaces: app.below
caught by: test_6_mounts.py::test_the_environ_is_another_one

The environ is a dict at hand, so it is changed in place, and the middleware around sees another
path on the way out.
"""


def below(environ, depth):
    path = environ.get("PATH_INFO") or "/"
    prefix = "/".join(path.split("/")[: depth + 1])
    environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + prefix
    environ["PATH_INFO"] = path[len(prefix) :]
    environ["bistro.mounted"] = True
    return environ
