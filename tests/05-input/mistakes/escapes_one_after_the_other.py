r"""replaces: cookies.unquote
caught by: test_3_reading_cookies.py::test_unquote

First the escaped backslashes, then the numbers: what the first leaves, the second takes for a number.
"""


def unquote(value):
    value = value.replace('\\"', '"').replace("\\\\", "\\")
    octal = re.sub(rb"\\([0-3][0-7][0-7])", lambda match: bytes([int(match[1], 8)]), value.encode())
    return octal.decode("utf-8", "replace")
