"""replaces: orm.values.like
caught by: test_2_values.py::test_like_escapes

The backslashes that were put before % and _ are escaped in their turn, and escape nothing any more.
"""


def like(value: Any, before: str, behind: str) -> str | None:
    text = str(value)
    if "\0" in text:
        return None
    text = text.replace("%", "\\%").replace("_", "\\_").replace("\\", "\\\\")
    return f"{before}{text}{behind}"
