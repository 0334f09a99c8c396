"""replaces: templates.loaders.safe_parts
caught by: test_1_loaders.py::test_no_way_up

A name that begins with `../` or `/` is refused. One that climbs further on is not.
"""


def safe_parts(name):
    if name.startswith(("/", "../")) or "\\" in name or "\0" in name or ":" in name:
        raise TemplateNotFound(name)
    return name.split("/")
