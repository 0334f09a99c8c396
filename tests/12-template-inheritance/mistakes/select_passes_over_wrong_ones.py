"""replaces: templates.environment.Environment.select_template
caught by: test_2_cache.py::test_none_of_them_exists

Every error of a template means the next one: a typing error in the first is never seen.
"""


def select_template(self, names):
    tried = []
    for name in names:
        try:
            return self.get_template(name)
        except TemplateError:
            tried.append(repr(name))
    listed = ", ".join(tried) or "an empty list"
    raise TemplateNotFound(listed, f"there is none of these templates: {listed}")
