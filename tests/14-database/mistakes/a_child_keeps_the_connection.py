"""replaces: orm.database.Database.connection
caught by: test_7_threads.py::test_a_copy_of_the_process

A dict with the threads as its keys does what `local` does. But a child that was forked has the same
thread, and finds the connection of its parent there: `forget` knows of `local` alone.
"""


def connection(self):
    mine = self.__dict__.setdefault("mine", weakref.WeakKeyDictionary())
    thread = threading.current_thread()
    if thread not in mine:
        mine[thread] = self.shared or Connection(self.dialect)
        self.connections.add(mine[thread])
    return mine[thread]
