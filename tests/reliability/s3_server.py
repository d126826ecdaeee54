"""A server that speaks S3, on this machine only: `python -m tests.reliability.s3_server PORT`.

It is moto's, with one thing put right: moto (5.2) looks whether a key is there and stores it in two steps, and between
them another put may look too. Both would then be told that they were first. S3 tells it to one of them.
"""

import sys
from threading import Lock

from moto.s3.responses import S3Response
from moto.server import main

_one_at_a_time = Lock()
_put_object = S3Response.put_object


def put_object(response: S3Response) -> tuple:
    """Looks and stores in one step."""
    with _one_at_a_time:
        return _put_object(response)


if __name__ == "__main__":
    S3Response.put_object = put_object
    main(["-H", "127.0.0.1", "-p", sys.argv[1]])
