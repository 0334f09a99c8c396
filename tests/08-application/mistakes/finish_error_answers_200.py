"""replaces: app.finish_error
caught by: test_2_errors.py::test_an_answer_gets_the_status_of_the_error

A page for an error is a page, so it goes out with 200, and search engines keep it.
"""


def finish_error(answer, error):
    response = to_response(answer)
    if isinstance(error, HTTPError):
        for name, value in error.headers.items():
            response.headers.setdefault(name, value)
    return response
