"""replaces: templates.loaders.FileLoader.load
caught by: test_1_loaders.py::test_what_is_not_there

A folder exists, too. Opening it is an error that names no template.
"""


def load(self, name):
    parts = safe_parts(name)
    for directory in self.directories:
        path = os.path.join(directory, *parts)
        if os.path.exists(path):
            return self.read(name, path)
    searched = ", ".join(self.directories)
    raise TemplateNotFound(name, f"there is no template {name!r} in {searched}")
