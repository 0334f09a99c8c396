"""replaces: orm.database.connect
caught by: test_1_address.py::test_connect_opens_nothing

It seems good to find out at once whether there is a database. Every command of the program, even its help, then needs one.
"""


def connect(url):
    global default
    default = Database(parse_url(url))
    default.execute("SELECT 1")
    return default
