"""replaces: multipart.last_component
caught by: test_5_part_heads.py::test_a_way_out

Dropping what cannot be printed comes last, as a finishing touch. Then it makes a `..` of what was none.
"""


def last_component(filename):
    name = filename.replace("\\", "/").rpartition("/")[2]
    if name in (".", ".."):
        return ""
    return "".join(character for character in name if character.isprintable())
