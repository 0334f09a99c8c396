"""replaces: app.finish_error
caught by: test_2_errors.py::test_an_answer_may_have_its_own_status

Only a Response is known to have a status, so the one in a tuple is overwritten.
"""


def finish_error(answer, error):
    response = to_response(answer)
    if response is not answer:
        response.status = error.status if isinstance(error, HTTPError) else 500
    if isinstance(error, HTTPError):
        for name, value in error.headers.items():
            response.headers.setdefault(name, value)
    return response
