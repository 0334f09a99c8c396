"""replaces: http.format_date
caught by: test_7_answer.py::test_a_date_in_any_language

`strftime` has a code for each part of a date, in the language of the process's locale.
"""


def format_date(timestamp):
    return time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(timestamp))
