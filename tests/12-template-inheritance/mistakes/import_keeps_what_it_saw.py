"""replaces: templates.composition.import_template
caught by: test_5_include.py::test_a_module_is_kept

A module with a context is kept, too: the next guest sees the first one's values.
"""


def import_template(environment, template, context):
    found = environment.find(template)
    if MODULE not in found.names:
        found.names[MODULE] = Module(found, found.new_context() if context is None else context)
    return found.names[MODULE]
