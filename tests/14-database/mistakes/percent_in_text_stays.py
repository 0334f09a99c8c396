"""replaces: orm.database._translated
caught by: test_3_places.py::test_percent

Text is not touched, so its percent signs are not doubled. The driver looks for places without knowing what is text.
"""


def _translated(match):
    found = match[0]
    return {"??": "?", "?": "%s", "%": "%%"}.get(found, found)
