"""replaces: templates.environment.Environment.get_template
caught by: test_2_cache.py::test_a_file_knows_its_path

All works without the path, until a traceback has to name the file.
"""


def get_template(self, name):
    kept = self.cache.get(name)
    if kept is not None and (not self.auto_reload or kept[1]()):
        return kept[0]
    if self.loader is None:
        raise TemplateNotFound(name, f"there is no loader that could find {name!r}")
    loaded = self.loader.load(name)
    template = Template(loaded.source, self, name)
    self.keep(name, template, loaded.is_fresh)
    return template
