"""replaces: orm.values.like
caught by: test_2_values.py::test_blanks_and_lines_are_signs

The text is tidied on the way, as forms do: blanks at its ends are no longer looked for.
"""


def like(value: Any, before: str, behind: str) -> str | None:
    text = str(value).strip()
    if "\0" in text:
        return None
    text = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"{before}{text}{behind}"
