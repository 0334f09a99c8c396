"""replaces: templates.environment.Environment.get_template
caught by: test_2_cache.py::test_a_change_is_seen

What is kept is returned, and whoever writes templates restarts the server after each word.
"""


def get_template(self, name):
    kept = self.cache.get(name)
    if kept is not None:
        return kept[0]
    if self.loader is None:
        raise TemplateNotFound(name, f"there is no loader that could find {name!r}")
    loaded = self.loader.load(name)
    template = Template(loaded.source, self, name, loaded.path)
    self.keep(name, template, loaded.is_fresh)
    return template
