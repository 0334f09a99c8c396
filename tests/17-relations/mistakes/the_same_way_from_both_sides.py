"""replaces: orm.relations.ManyToManyField.connect
caught by: test_6_between.py::test_both_ways_through

The other side's relation goes through the same columns, not through them changed round.
"""


def connect(self, target, through):
    model = self.model
    near, far = ends(through, model, target)
    way_back = self.related_name or model.__name__.lower()
    if way_back == NO_WAY_BACK:
        way_back = f"{NO_WAY_BACK}{model.__name__}_{self.name}"
    pairs = (through.options.table.name, near.attribute, far.attribute)
    here, there = model.options.table, target.options.table
    add_relation(
        model.options,
        self.name,
        Relation(there, here.primary, there.primary, many=True, through=pairs),
        model,
    )
    add_relation(
        target.options,
        way_back,
        Relation(here, there.primary, here.primary, many=True, through=pairs),
        model,
    )
    Pairs(self.name, target, through, near, far, way_back).contribute(model)
    if not way_back.startswith(NO_WAY_BACK):
        accessor = self.related_name or f"{way_back}_set"
        Pairs(accessor, model, through, far, near, self.name).contribute(target)
