"""A sixth dialect is one new folder: a copy of one, beside the real ones, holds the contract."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

_HERE = Path(__file__).parent
_ROOT = _HERE.parent.parent


def test_one_new_folder_is_all_that_it_takes(tmp_path: Path) -> None:
    shutil.copytree(_HERE / "sixth" / "thumbs", tmp_path / "thumbs")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.contract.sixth.plugin"]
    command += ["-p", "no:cacheprovider", "tests/contract", "-k", "thumbs or together"]
    run = subprocess.run(
        command,
        cwd=_ROOT,
        env={**os.environ, "SIXTH_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout[-4000:] + run.stderr[-2000:]
    # Exchanges, errors, hostile input, isolation, the document: far more than a handful.
    passed = re.search(r"(\d+) passed", run.stdout)
    assert passed, run.stdout[-500:]
    assert int(passed[1]) > 50
