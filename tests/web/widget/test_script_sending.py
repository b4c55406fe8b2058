"""What the widget sends, and when: its own script, with a network that the test makes up."""

import json
import shutil
import subprocess
from typing import Any

import pytest

from tellback.web.pages import HOME

pytestmark = pytest.mark.skipif(shutil.which("node") is None, reason="node is not there to run it")

_FOLDER = HOME / "static" / "widget"
_BROWSER = """
    const stored = new Map();
    const localStorage = {
        getItem: (name) => stored.get(name) || null,
        setItem: (name, text) => stored.set(name, text),
    };
    const sessionStorage = localStorage;
    const said = [];
    let fails = () => false;
    Object.defineProperty(globalThis, "navigator", { value: { onLine: true } });
    globalThis.addEventListener = () => {};
    globalThis.fetch = async (url, { body, keepalive }) => {
        const text = typeof body === "string" ? body : new TextDecoder().decode(body);
        said.push({ ...JSON.parse(text), keepalive });
        if (fails(text)) throw new TypeError("Failed to fetch");
        return { ok: true, status: 200, text: async () => "" };
    };
"""


def run_script(steps: str) -> Any:
    """What the steps leave in ``said``."""
    parts = [(_FOLDER / name).read_text() for name in ("memory.js", "wire.js")]
    began = 'const memory = remember("key");\nconst server = speak("", "key", memory);'
    end = "console.log(JSON.stringify(said)); process.exit(0);"
    body = "\n".join([_BROWSER, *parts, began, f"(async () => {{ {steps}; {end} }})();"])
    done = subprocess.run(["node", "-e", body], capture_output=True, timeout=60, check=True)
    return json.loads(done.stdout)


def test_what_is_long_goes_without_being_kept_alive() -> None:
    said = run_script(
        """await server.handIn("/answer", { ticket: "a", text: "x".repeat(1000) });
        await server.handIn("/answer", { ticket: "b", text: "ä".repeat(31000) })"""
    )
    assert [one["keepalive"] for one in said] == [True, False]


def test_what_cannot_be_sent_does_not_hold_up_the_rest() -> None:
    said = run_script(
        """fails = (text) => text.includes('"a"');
        await server.handIn("/answer", { ticket: "a" });
        const result = await server.handIn("/answer", { ticket: "b" });
        said.push({ ticket: result })"""
    )
    assert [one["ticket"] for one in said] == ["a", "a", "b", "stored"]


def test_nothing_is_tried_without_a_connection() -> None:
    assert run_script('navigator.onLine = false; await server.handIn("/answer", {})') == []


def test_it_always_says_for_how_long_it_waited_but_not_from_before_the_last_reply() -> None:
    [first, second] = run_script(
        """await server.handIn("/answer", { ticket: "a" });
        memory.keep({ id: "/answer a", path: "/answer", body: {}, at: Date.now() - 1500 });
        await server.flush()"""
    )
    assert 1 <= first["ago"] < 1_000
    assert 1 <= second["ago"] < 1_000
    [other] = run_script(
        """memory.keep({ id: "/answer a", path: "/answer", body: {}, at: Date.now() - 1500 });
        await server.flush()"""
    )
    assert other["ago"] >= 1_500


def test_a_fault_of_one_turn_does_not_end_all_sending() -> None:
    said = run_script(
        """console.error = () => {};
        const waiting = memory.waiting;
        memory.waiting = () => { throw new Error("broken"); };
        await server.flush();
        memory.waiting = waiting;
        await server.handIn("/answer", { ticket: "a" })"""
    )
    assert [one["ticket"] for one in said] == ["a"]
