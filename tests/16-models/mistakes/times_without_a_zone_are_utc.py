"""replaces: orm.fields.DateTimeField.convert
caught by: test_2_kinds.py::test_the_other_kind

Something has to be assumed, and servers run in UTC. The guest's clock does not.
"""


def convert(self, value):
    from datetime import UTC, datetime

    moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    if self.aware:
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    return moment.replace(tzinfo=None)
