"""replaces: templates.loaders.FileLoader.read
caught by: test_1_loaders.py::test_a_change_while_it_is_read

The state is noted after the file was opened: a change between the two is never seen.
"""


def read(self, name, path):
    try:
        with open(path, encoding=self.encoding, newline="") as file:
            source = file.read()
    except FileNotFoundError:
        raise TemplateNotFound(name) from None
    except UnicodeDecodeError as error:
        raise TemplateError(f"the template {name!r} is not in {self.encoding}: {error}") from error
    before = state(path)
    return Loaded(source, path, lambda: state(path) == before)
