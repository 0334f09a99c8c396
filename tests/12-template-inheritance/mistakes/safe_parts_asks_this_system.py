"""replaces: templates.loaders.safe_parts
caught by: test_1_loaders.py::test_no_other_system

On the learner's system a backslash is a letter. On Windows it is a way out.
"""


def safe_parts(name):
    parts = name.split(os.sep)
    for part in parts:
        if part in {"", ".", ".."} or "\0" in part:
            raise TemplateNotFound(name)
    return parts
