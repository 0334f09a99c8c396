"""replaces: orm.sql.Compiler.joined
caught by: test_3_paths.py::test_names_are_quoted

The names of the table between are written as they are.
"""


def joined(self) -> str:
    sql = ""
    outer: set[Join | None] = set()
    for join in self.joins.values():
        parent, relation = join.parent, join.relation
        assert parent is not None and relation is not None  # noqa: PT018, S101  not the root
        how = " JOIN"
        if relation.null or relation.many or parent in outer:
            outer.add(join)
            how = " LEFT JOIN"
        near, far = parent[relation.column], join[relation.remote]
        if relation.through:
            name, to_near, to_far = relation.through
            alias = f"{join.alias}m"
            sql += f"{how} {quote(name)} AS {alias} ON {alias}.{to_near} = {near}"
            near = f"{alias}.{quote(to_far)}"
        sql += f"{how} {quote(join.table.name)} AS {join.alias} ON {far} = {near}"
    return sql
