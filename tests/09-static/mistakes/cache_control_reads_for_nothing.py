"""replaces: static.StaticFiles.cache_control
caught by: test_6_versions.py::test_a_file_is_not_read_for_nothing

The comparison is right. It reads every file that is asked for, though nobody sent a version.
"""


def cache_control(self, request, path):
    if request.query.get("v") == self.fingerprint(path):
        return f"public, max-age={FOREVER}, immutable"
    return f"public, max-age={self.max_age}" if self.max_age else "no-cache"
