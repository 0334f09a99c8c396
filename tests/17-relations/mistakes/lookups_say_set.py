"""replaces: orm.relations.ForeignKey.link
caught by: test_1_both_sides.py::test_the_way_back_by_default

One name for both: lookups would say `item_set__count`, and `item__count` is unknown.
"""


def link(self, target):
    model = self.model
    self.target = target
    options, other = model.options, target.options
    column, key = options.table.columns[self.attribute], other.table.key
    column.kind, column.places = key.kind, key.places
    options.table.relations[self.name] = Relation(
        other.table, column.name, key.name, null=self.null
    )
    options.relations[self.name] = self
    if self.related_name == NO_WAY_BACK:
        return
    name = self.related_name or f"{model.__name__.lower()}_set"
    add_relation(other, name, Relation(options.table, key.name, column.name, many=True), model)
    Reverse(self, name).contribute(target)
