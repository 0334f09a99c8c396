"""replaces: static.content_type
caught by: test_2_representation.py::test_the_table_can_be_added_to

The standard library has a function for it. What it answers depends on the machine that it runs on.
"""


def content_type(path):
    import mimetypes

    type_ = mimetypes.guess_type(path)[0] or "application/octet-stream"
    return f"{type_}; charset=utf-8" if type_.startswith("text/") else type_
