"""replaces: static.StaticFiles.fingerprint
caught by: test_6_versions.py::test_a_file_that_changed_is_read_again

A cache by path alone. The file changes, its URL does not, and every guest keeps the old one for a year.
"""


def fingerprint(self, path):
    import hashlib

    if path not in self.fingerprints:
        digest = hashlib.blake2b(digest_size=8)
        with open(path, "rb") as file:
            while block := file.read(BLOCK):
                digest.update(block)
        self.fingerprints[path] = digest.hexdigest()
    return self.fingerprints[path]
