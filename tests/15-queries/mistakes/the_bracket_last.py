"""replaces: orm.values.glob
caught by: test_2_values.py::test_glob_brackets

The brackets around * and ? are put in brackets themselves.
"""


def glob(value: Any, before: str, behind: str) -> str | None:
    text = str(value)
    if "\0" in text:
        return None
    text = text.replace("*", "[*]").replace("?", "[?]").replace("[", "[[]")
    return f"{before and '*'}{text}{behind and '*'}"
