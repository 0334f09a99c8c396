"""replaces: logs.JSONFormatter.format
caught by: test_7_logs.py::test_milliseconds_have_three_digits

Rounding makes 1000 of 999.9, and so a time with four decimals, a second too early.
"""


def format(self, record):
    import json

    seconds = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
    values = {
        "time": f"{seconds}.{record.msecs:03.0f}Z",
        "level": record.levelname.lower(),
        "logger": record.name,
        "message": record.getMessage(),
    }
    if request_id.get():
        values["request"] = request_id.get()
    for name, value in getattr(record, "fields", {}).items():
        values[name] = plain(value)
    if record.exc_info and record.exc_info[1]:
        values["traceback"] = self.formatException(record.exc_info)
    return json.dumps(values)
