"""replaces: templates.composition.include
caught by: test_5_include.py::test_what_is_missing_within

The page is rendered within the `try`: what is missing in the part is passed over, too.
"""


def include(environment, template, context, ignore_missing):
    try:
        return list(environment.find(template).root(context, {}))
    except TemplateNotFound:
        if ignore_missing:
            return ()
        raise
