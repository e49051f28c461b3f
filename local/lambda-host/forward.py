"""The runtime of a task function on the stage: hands each invocation on to the Lambda host and its answer back.

The emulator starts a process for every invocation that runs at the same time. This one is small, and the host behind
it runs the function in a few workers, so that a hundred documents at once do not mean a hundred large processes.

Environment: AWS_LAMBDA_RUNTIME_API, given by the emulator; ATRIUM_TASK_URL, where the host takes this function's
events.
"""

import http.client
import json
import os
import sys
import time

API = os.environ["AWS_LAMBDA_RUNTIME_API"]
# How long a host that is just starting is waited for.
HOST_STARTS_S = 30
ERROR_TYPE = "lambda-runtime-function-error-type"


def ask(address, method, path, body=None, headers=None):
    connection = http.client.HTTPConnection(address)
    try:
        connection.request(method, path, body, headers or {})
        response = connection.getresponse()
        return response.status, response.headers, response.read()
    finally:
        connection.close()


def forward(event):
    """Returns the body of the answer, and the name of the error if it is one."""
    host, _, path = os.environ["ATRIUM_TASK_URL"].removeprefix("http://").partition("/")
    give_up_at = time.monotonic() + HOST_STARTS_S
    while True:
        try:
            status, headers, body = ask(host, "POST", f"/{path}", event, {"content-type": "application/json"})
            return body, None if status == 200 else headers.get(ERROR_TYPE, "Error")
        except (OSError, http.client.HTTPException) as error:
            # Refused, the event has not begun, and the host may be about to start.
            if not isinstance(error, ConnectionRefusedError) or time.monotonic() > give_up_at:
                # Workflows try again on errors of this name.
                name = "Lambda.ServiceException"
                return json.dumps({"errorType": name, "errorMessage": str(error)}).encode(), name
        time.sleep(0.2)


def main():
    while True:
        try:
            status, headers, event = ask(API, "GET", "/2018-06-01/runtime/invocation/next")
            if status != 200:
                return
            request_id = headers["lambda-runtime-aws-request-id"]
            body, error = forward(event)
            path = f"/2018-06-01/runtime/invocation/{request_id}/{'error' if error else 'response'}"
            ask(API, "POST", path, body, {ERROR_TYPE: error} if error else {})
        except (OSError, http.client.HTTPException):
            # The emulator is gone.
            return


if __name__ == "__main__":
    sys.exit(main())
