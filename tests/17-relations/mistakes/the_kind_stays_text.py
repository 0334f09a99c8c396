"""replaces: orm.relations.ForeignKey.link
caught by: test_1_both_sides.py::test_the_kind_of_the_key

The column was made before the other model was known, as one of texts, and nobody tells it better.
"""


def link(self, target):
    model = self.model
    self.target = target
    options, other = model.options, target.options
    options.table.relations[self.name] = Relation(
        other.table, self.attribute, other.table.primary, null=self.null
    )
    options.relations[self.name] = self
    if self.related_name == NO_WAY_BACK:
        return
    query_name = self.related_name or model.__name__.lower()
    back = Relation(options.table, other.table.primary, self.attribute, many=True)
    add_relation(other, query_name, back, model)
    Reverse(self, self.related_name or f"{query_name}_set").contribute(target)
