"""replaces: templates.compiler.Scope.store
caught by: test_6_loops.py::test_what_is_set_in_a_loop_stays_in_it

An assignment goes to the variable that is there, as it would in a loop of Python. In Jinja what is
set in a loop is the loop's.
"""


def store(self, name):
    found = self.find(name)
    if found is not None:
        return found
    self.stored.append(name)
    return self.declare(name)
