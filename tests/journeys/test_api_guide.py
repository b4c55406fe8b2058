"""The examples of docs/api.md, run as they stand against a real server."""

import os
import re
import subprocess
from pathlib import Path

from tellback.config import Config
from tests.journeys.running import command, running_server

GUIDE = Path(__file__).parents[2] / "docs" / "api.md"


def test_every_example_works(config: Config, tmp_path: Path) -> None:
    keys = command(config, "project", "create", "Shop")["credentials"]["api"]
    examples = re.findall(r"```sh\n(.*?)```", GUIDE.read_text(), re.DOTALL)
    assert len(examples) > 8
    with running_server(config) as server:
        given = {name.upper(): key for name, key in keys.items()}
        for example in examples:
            done = subprocess.run(
                ["bash", "-euo", "pipefail", "-c", example],
                env={**os.environ, **given, "URL": server.url},
                cwd=tmp_path,
                capture_output=True,
                text=True,
                timeout=60,
                check=False,
            )
            assert done.returncode == 0, f"{example}\n{done.stdout}\n{done.stderr}"
            assert '"problem":{' not in done.stdout, f"{example}\n{done.stdout}"
