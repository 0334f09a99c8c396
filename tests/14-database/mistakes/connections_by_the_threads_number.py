"""replaces: orm.database.Database.connection
caught by: test_7_threads.py::test_a_connection_ends_with_its_thread

A dict by the thread's number is a usual way. It keeps the connections of threads that have ended, and numbers are used again.
"""


def connection(self):
    if self.shared is not None:
        return self.shared
    kept = self.compiled.setdefault("connections", {})
    found = kept.get(threading.get_ident())
    if found is None:
        found = kept[threading.get_ident()] = Connection(self.dialect)
        self.connections.add(found)
    return found
