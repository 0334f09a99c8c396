"""replaces: orm.migrations.AddField.change
caught by: test_1_changes.py::test_a_field_that_is_there

Nobody looks whether there is a field of that name. The mistake in the file is found by the database, in the middle.
"""


def change(self, state: State) -> None:
    fields = state.model(self.model).fields
    fields[self.name] = self.field
