"""replaces: urlencoded.percent_decode
caught by: test_2_urlencoded.py::test_decoded_once

Replacing every sequence in the whole works until `%25` comes in its turn: what it leaves is decoded again.
"""


def percent_decode(data):
    for digits, byte in HEX.items():
        data = data.replace(b"%" + digits, byte)
    return data
