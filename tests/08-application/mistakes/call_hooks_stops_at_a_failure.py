"""replaces: app.App.call_hooks
caught by: test_5_seams.py::test_a_hook_after_that_fails_stops_no_other

One try around all is simpler. Then the hook that sets the fields for security is left out just
where something went wrong.
"""


def call_hooks(self, request):
    try:
        for before in self.before:
            answer = before(request)
            if answer is not None:
                response = to_response(answer)
                break
        else:
            response = self.dispatch(request)
        for after in self.after:
            answer = after(request, response)
            if answer is not None:
                response = to_response(answer)
    except Exception as error:
        response = self.failed(request, error, (self,))
    return response
