"""Somebody who looks at the dashboard: how they come to be there, and how they sign in."""

import http.client
import re
from urllib.parse import urlencode

from bench.processes import Broken, run
from bench.project import TELLBACK, Project, environment

_EMAIL, _PASSWORD = "owner@example.com", "a long enough password"


def add_owner(project: Project) -> None:
    """Give a project an owner."""
    create = ["user", "create", _EMAIL, "--role", "owner", "--password-stdin"]
    command = [TELLBACK, *create, "--project", "bench", "--data", str(project.data)]
    run(command, f"{_PASSWORD}\n", environment(project.settings))


def sign_in(port: int) -> str:
    """The cookie of a session of the owner's."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("GET", "/-/login")
    page = connection.getresponse()
    visitor = page.headers["Set-Cookie"].split(";")[0]
    token = re.search(r'name="form_token" value="([^"]+)"', page.read().decode())
    if token is None:
        raise Broken("the sign-in page has no form")
    fields = {"email": _EMAIL, "password": _PASSWORD, "form_token": token[1]}
    headers = {"Cookie": visitor, "Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", "/-/login", urlencode(fields), headers)
    reply = connection.getresponse()
    reply.read()
    if reply.status != 303:
        raise Broken(f"the sign-in gave {reply.status}")
    return reply.headers["Set-Cookie"].split(";")[0]
