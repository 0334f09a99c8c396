"""replaces: orm.database.translate
caught by: test_3_places.py::test_text_and_names

Replacing each `?` is one line, and right until somebody writes `'What?'`.
"""


def translate(sql):
    return sql.replace("%", "%%").replace("?", "%s")
