"""replaces: static.StaticFiles.fingerprint
caught by: test_6_versions.py::test_a_file_that_changes_while_it_is_read

What was read is remembered with the time at which the reading was over. If the file changed in between, the old content's
digits stand beside the new time, until it changes again.
"""


def fingerprint(self, path):
    import hashlib

    def now():
        status = os.stat(path)
        return status.st_mtime_ns, status.st_size

    then, digits = self.fingerprints.get(path, (None, ""))
    if then != now():
        digest = hashlib.blake2b(digest_size=8)
        with open(path, "rb") as file:
            while block := file.read(BLOCK):
                digest.update(block)
        digits = digest.hexdigest()
        self.fingerprints[path] = (now(), digits)
    return digits
