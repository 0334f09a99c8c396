"""replaces: orm.sql.Compiler.walk
caught by: test_3_paths.py::test_a_relation_by_what_is_no_key

What a relation's own column has is taken for the key over there, also where the relation goes by
another column.
"""


def walk(self, path: str, scope: Scope) -> tuple[Join, Column, list[str]]:
    names = path.split(SEPARATOR)
    join = self.root
    while True:
        table = join.table
        name = table.primary if names[0] == "pk" else names[0]
        relation = table.relations.get(name)
        rest = names[1:]
        if relation is None:
            if name not in table.columns:
                raise unknown(path, name, table, self.annotations)
            return join, table.columns[name], rest
        there = relation.table
        ends = not rest or (rest[0] in LOOKUPS and rest[0] not in there.columns)
        far = there.primary if ends or rest[0] == "pk" else rest[0]
        if relation.many or far not in (relation.remote, there.primary):
            join = self.join(join, name, relation, scope)
            if ends:
                return join, keyed(there.key), rest
            names = rest
            continue
        return join, keyed(table.columns[relation.column]), rest if ends else rest[1:]
