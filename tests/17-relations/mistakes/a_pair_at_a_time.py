"""replaces: orm.relations.Pairs.add
caught by: test_7_pairs.py::test_few_questions

`get_or_create` says just what is meant, and asks for each row.
"""


def add(self, owner, rows):
    for key in self.keys(rows):
        pair = {self.near.attribute: owner.pk, self.far.attribute: key}
        self.through.objects.get_or_create(**pair)
