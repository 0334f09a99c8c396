"""replaces: orm.migrations.inverses
caught by: test_4_run.py::test_the_last_is_undone_first

Each operation has its inverse, in the order in which they were run.
"""


def inverses(operations: Sequence[Operation], state: State) -> list[Operation]:
    found: list[Operation] = []
    before = state.copy()
    for operation in operations:
        found.append(operation.inverse(before))
        operation.change(before)
    return found
