"""replaces: templates.rendering.Templates.context
caught by: test_7_pages.py::test_context_processors

What is meant for all pages comes last, and replaces what this page says.
"""


def context(self, request, context):
    values = {"request": request}
    if hasattr(request, "url_for"):
        values["url_for"] = request.url_for
        values["static_url"] = lambda path, name="static": static_url(request, path, name)
        values.update(request.context)
    values.update(context)
    for processor in self.context_processors:
        values.update(processor(request))
    return values
