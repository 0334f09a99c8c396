"""replaces: orm.migrations.run_operations
caught by: test_4_run.py::test_what_is_left_for_later

One list for all operations, run at the very end. The second operation then meets a table without its indexes.
"""


def run_operations(db: Database, state: State, operations: Sequence[Operation], tell: Tell) -> None:
    state = state.copy()
    late = []
    after = state.classes()
    for operation in operations:
        before = after
        operation.change(state)
        after = state.classes()
        tell(f"  {operation}")
        operation.apply(db, before, after, late)
    run_late(db, late)
