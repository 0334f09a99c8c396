"""replaces: orm.migrations.RenameField.change
caught by: test_1_changes.py::test_a_new_name

Taken out under the old name, put in under the new: the shortest way to rename a key of a dict, and the field is the last one from then on.
"""


def change(self, state: State) -> None:
    model = state.model(self.model)
    fields = field_of(state, self.model, self.old)
    if self.new in fields:
        raise MigrationError(f"{self.model} has a field {self.new} already")
    fields[self.new] = fields.pop(self.old)
    for lists in (model.unique_together, model.indexes):
        lists[:] = [tuple(self.new if one == self.old else one for one in row) for row in lists]
