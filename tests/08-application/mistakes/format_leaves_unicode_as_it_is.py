"""replaces: logs.JSONFormatter.format
caught by: test_7_logs.py::test_no_text_breaks_a_line

ensure_ascii=False is easier to read, and lets U+2028 through, which many programs take for the end
of a line.
"""


def format(self, record):
    import json

    values = {
        "time": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        + f".{int(record.msecs):03}Z",
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
    return json.dumps(values, ensure_ascii=False)
