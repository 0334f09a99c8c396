"""replaces: orm.database.Database.connection
caught by: test_7_threads.py::test_memory_has_one

A connection for each thread, in memory too: each thread has an empty database of its own.
"""


def connection(self):
    try:
        return self.local.connection
    except AttributeError:
        found = self.local.connection = Connection(self.dialect)
        self.connections.add(found)
        return found
