"""replaces: orm.migrations.RenameField.change
caught by: test_1_changes.py::test_a_new_name_in_the_options

The field has its new name, and the constraints of several fields still have the old one. That shows when the table is made next.
"""


def change(self, state: State) -> None:
    model = state.model(self.model)
    fields = field_of(state, self.model, self.old)
    if self.new in fields:
        raise MigrationError(f"{self.model} has a field {self.new} already")
    model.fields = {
        self.new if name == self.old else name: field for name, field in fields.items()
    }
