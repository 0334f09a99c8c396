"""replaces: orm.migrations.run_operations
caught by: test_4_run.py::test_the_state_stays

The state is changed, not a copy. It is the state that other migrations begin at.
"""


def run_operations(db: Database, state: State, operations: Sequence[Operation], tell: Tell) -> None:
    after = state.classes()
    for operation in operations:
        before = after
        operation.change(state)
        after = state.classes()
        tell(f"  {operation}")
        late: list[str] = []
        operation.apply(db, before, after, late)
        run_late(db, late)
