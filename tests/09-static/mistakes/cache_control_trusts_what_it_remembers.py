"""replaces: static.StaticFiles.cache_control
caught by: test_6_versions.py::test_another_version_is_not_for_ever

The version is looked up where it is remembered, which saves a look at the disk. After an update, the new file is kept for a
year under the old version.
"""


def cache_control(self, request, path):
    version = request.query.get("v")
    if version:
        known = self.fingerprints.get(path)
        if version == (known[1] if known else self.fingerprint(path)):
            return f"public, max-age={FOREVER}, immutable"
    return f"public, max-age={self.max_age}" if self.max_age else "no-cache"
