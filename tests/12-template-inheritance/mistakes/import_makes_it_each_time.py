"""replaces: templates.composition.import_template
caught by: test_5_include.py::test_a_module_is_kept

A module that sees nothing is the same for all, and is made for each page.
"""


def import_template(environment, template, context):
    found = environment.find(template)
    return Module(found, found.new_context() if context is None else context)
