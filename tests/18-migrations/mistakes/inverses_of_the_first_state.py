"""replaces: orm.migrations.inverses
caught by: test_4_run.py::test_undoing_needs_what_was_before

All inverses are asked for with the state before the migration. What one operation adds and another removes is not there.
"""


def inverses(operations: Sequence[Operation], state: State) -> list[Operation]:
    found: list[Operation] = []
    before = state.copy()
    for operation in operations:
        found.insert(0, operation.inverse(state))
        operation.change(before)
    return found
