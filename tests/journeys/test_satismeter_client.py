"""A published client of SatisMeter reads from us: the Singer tap that its users load from.

It is unmodified but for the address, which it keeps in a constant.
"""

import json
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from tellback.config import Config
from tests.journeys.clients import client_python
from tests.journeys.running import command, running_server

_TAP = """
import sys
import tap_satismeter
tap_satismeter.SATISMETER_BASE_URL = sys.argv.pop(1)
tap_satismeter.main()
"""


def test_a_singer_tap_loads_what_was_answered(config: Config, tmp_path: Path) -> None:
    made = command(config, "project", "create", "Shop")
    keys = made["credentials"]["satismeter"]
    with running_server(config, "--role", "web") as server:
        for rating, user in ((10, "alice"), (3, "bob")):
            body = {
                "writeKey": keys["write_key"],
                "campaign": keys["campaign"],
                "rating": rating,
                "userId": user,
                "traits": {"name": user.title(), "email": f"{user}@example.com"},
            }
            posted = httpx.post(f"{server.url}/api/responses", json=body)
            assert posted.status_code == 201, posted.text
        written = _sync(tmp_path, server.url, keys)
    records = [line["record"] for line in written if line["type"] == "RECORD"]
    responses = {one["user"]["userId"]: one for one in records if "user" in one}
    assert {name: one["rating"] for name, one in responses.items()} == {"alice": 10, "bob": 3}
    assert responses["alice"]["category"] == "promoter"
    assert responses["bob"]["user"]["email"] == "bob@example.com"
    states = [line["value"] for line in written if line["type"] == "STATE"]
    assert states[-1]["bookmarks"]["responses"]["last_record"] >= responses["alice"]["created"][:19]


def _sync(home: Path, url: str, keys: dict[str, Any]) -> list[dict[str, Any]]:
    """What the tap prints when it syncs everything of the last hour."""
    config = {"project_id": keys["project"], "api_key": keys["read_key"]}
    (home / "config.json").write_text(json.dumps(config))
    tap = [client_python(), "-c", _TAP, f"{url}/api", "--config", str(home / "config.json")]
    state = {"bookmarks": {"responses": {"last_record": _recently()}}}
    (home / "state.json").write_text(json.dumps(state))
    tap += ["--state", str(home / "state.json")]
    run = subprocess.run(tap, capture_output=True, text=True, check=False, timeout=120)
    assert run.returncode == 0, run.stderr
    return [json.loads(line) for line in run.stdout.splitlines()]


def _recently() -> str:
    return (datetime.now(UTC) - timedelta(hours=1)).isoformat()
