"use strict";
// Brings the progress up to date by itself. Without this file one reloads the page.
const EVERY = 2000, LONGEST = 30000;
let pause = EVERY;

function tell() {
  const note = document.querySelector("#progress .fresh");
  if (note) note.textContent = "This page brings itself up to date.";
}

async function refresh() {
  try {
    const reply = await fetch(location.href, { credentials: "same-origin" });
    const page = new DOMParser().parseFromString(await reply.text(), "text/html");
    const now = page.getElementById("progress"), shown = document.getElementById("progress");
    if (!reply.ok || !now) return;
    pause = now.dataset.waiting === shown.dataset.waiting ? Math.min(2 * pause, LONGEST) : EVERY;
    for (const name of ["h1", "title"]) {
      document.querySelector(name).textContent = page.querySelector(name).textContent;
    }
    // The sentence stays the same element, so that it is read out when it changes.
    const said = shown.querySelector("[role=status]");
    said.textContent = now.querySelector("[role=status]").textContent;
    now.querySelector("[role=status]").replaceWith(said);
    shown.replaceWith(now);
    tell();
  } catch {
    pause = LONGEST;
  }
  plan();
}

function plan() {
  if (document.getElementById("progress").dataset.waiting !== "0") setTimeout(refresh, pause);
}

tell();
plan();
