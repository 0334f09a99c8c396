"""replaces: static.StaticFiles.cache_control
caught by: test_6_versions.py::test_another_version_is_not_for_ever

A URL with a version is good for ever. An old page asks for an old one, and would keep the new file under its name.
"""


def cache_control(self, request, path):
    if request.query.get("v"):
        return f"public, max-age={FOREVER}, immutable"
    return f"public, max-age={self.max_age}" if self.max_age else "no-cache"
