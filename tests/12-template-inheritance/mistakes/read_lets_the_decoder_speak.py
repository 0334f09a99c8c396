"""replaces: templates.loaders.FileLoader.read
caught by: test_1_loaders.py::test_another_encoding

The decoder says which byte is wrong, but not of which of a hundred templates.
"""


def read(self, name, path):
    before = state(path)
    try:
        with open(path, encoding=self.encoding, newline="") as file:
            source = file.read()
    except FileNotFoundError:
        raise TemplateNotFound(name) from None
    return Loaded(source, path, lambda: state(path) == before)
