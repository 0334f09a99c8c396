"""replaces: urlencoded.percent_decode
caught by: test_2_urlencoded.py::test_a_percent_sign_alone

`int(digits, 16)` knows hexadecimal, and a ValueError tells what is not. It takes a sign and white space for part
of a number as well.
"""


def percent_decode(data):
    first, *others = data.split(b"%")
    decoded = [first]
    for piece in others:
        try:
            decoded += [bytes([int(piece[:2], 16)]), piece[2:]]
        except ValueError:
            decoded += [b"%", piece]
    return b"".join(decoded)
