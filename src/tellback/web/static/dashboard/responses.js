"use strict";
// The list and the reading pane. Without this file every response has a page of its own.
const pane = document.getElementById("pane");
const help = document.getElementById("keys");
const wide = matchMedia("(min-width: 75rem)");
const links = () => [...document.querySelectorAll("a[data-response]")];
const typing = (target) => target.matches("input, select, textarea") || target.isContentEditable;
let asked = null;

const mark = (chosen) => {
  for (const link of links()) {
    const is = link === chosen;
    link.closest("li").classList.toggle("chosen", is);
    if (is) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
};

const show = async (link, remember) => {
  const url = new URL(link.href);
  asked?.abort();
  asked = new AbortController();
  mark(link);
  link.closest("li").scrollIntoView({ block: "nearest" });
  pane.setAttribute("aria-busy", "true");
  try {
    const reply = await fetch(`${url.pathname}/pane${url.search}`, { signal: asked.signal });
    if (!reply.ok || reply.redirected) throw new Error(String(reply.status));
    pane.innerHTML = await reply.text();
  } catch (error) {
    if (error.name !== "AbortError") location.assign(url);
    return;
  }
  pane.removeAttribute("aria-busy");
  pane.scrollTop = 0;
  if (remember) history.pushState(null, "", url);
  pane.dispatchEvent(new CustomEvent("shown", { bubbles: true }));
};

// A form in the pane is sent without leaving the list; what it changed is shown in both.
const send = async (form) => {
  const url = new URL(form.action);
  const page = url.pathname.replace(/\/care$/, "");
  let kept = false;
  pane.setAttribute("aria-busy", "true");
  try {
    const sent = await fetch(url, { method: "POST", body: new URLSearchParams(new FormData(form)) });
    if (!sent.ok) throw new Error(String(sent.status));
    kept = true;
    const reply = await fetch(`${page}/pane${url.search}`);
    if (!reply.ok || reply.redirected) throw new Error(String(reply.status));
    pane.innerHTML = await reply.text();
  } catch {
    // What was kept is not sent again: a note would be there twice.
    if (kept) location.assign(`${page}${url.search}`);
    else form.submit();
    return;
  }
  pane.removeAttribute("aria-busy");
  pane.querySelector("h2").focus({ preventScroll: true });
  const link = links().find((one) => new URL(one.href).pathname === page);
  const badges = link?.closest("li").querySelector("[data-care]");
  if (badges) badges.innerHTML = pane.querySelector("[data-care]").innerHTML;
};

document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-care-form]")) return;
  event.preventDefault();
  send(event.target);
});

const go = (step) => {
  const all = links();
  const at = all.findIndex((link) => link.getAttribute("aria-current") === "true");
  const next = all[at < 0 ? (step > 0 ? 0 : all.length - 1) : at + step];
  if (!next) return;
  if (!wide.matches || !pane) location.assign(next.href);
  else { next.focus({ preventScroll: true }); show(next, true); }
};

const keys = {
  j: () => go(1),
  k: () => go(-1),
  e: () => pane?.querySelector(".quick")?.requestSubmit(),
  "/": () => document.getElementById("q").focus(),
  "?": () => help.showModal(),
};

document.addEventListener("keydown", (event) => {
  const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
  const act = keys[event.key];
  if (!act || !plain || typing(event.target) || help.open) return;
  event.preventDefault();
  act();
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-response]");
  const plain = !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0;
  if (!link || !plain || !pane || !wide.matches) return;
  event.preventDefault();
  show(link, true);
});

addEventListener("popstate", () => {
  const link = links().find((one) => new URL(one.href).pathname === location.pathname);
  if (link && pane && wide.matches) show(link, false);
  else location.reload();
});

for (const hint of document.querySelectorAll(".keys-hint")) hint.hidden = false;

// One completes an expression with what may come after its last "and" or "or".
const where = document.getElementById("where");
const beginnings = [...document.querySelectorAll("#where-beginnings option")];
const plain = beginnings.map((option) => option.value);
where?.addEventListener("input", () => {
  const joint = where.value.match(/^.*\s(?:and|or)\s+/s);
  beginnings.forEach((option, at) => { option.value = (joint ? joint[0] : "") + plain[at]; });
});

// What came in since the page was made is told of; a click shows it. While somebody looks, a stream
// says that there is something new; where there is none to be had, the page asks by itself.
const fresh = document.querySelector("[data-newer]");
const EVERY = 10_000, ANEW = 60_000, TRIES = 3;
let stream = null, next = 0, failed = 0, over = false;

const look = async () => {
  try {
    const reply = await fetch(fresh.dataset.newer);
    if (reply.redirected || reply.status === 403 || reply.status === 404) { over = true; rest(); return; }
    const { newer } = reply.ok ? await reply.json() : { newer: 0 };
    const link = fresh.firstElementChild;
    if (!newer) return;
    const words = newer === 1 ? "1 new answer" : `${newer < 100 ? newer : "100 or more"} new answers`;
    link.hidden = false;
    if (link.textContent !== words) link.textContent = words;
  } catch {
    // The network is away for a while; the next time will do.
  }
};

const rest = () => {
  stream?.close();
  stream = null;
  clearTimeout(next);
};

const poll = (since) => {
  next = setTimeout(async () => {
    await look();
    if (over || document.hidden || stream) return;
    if (fresh.dataset.live && Date.now() - since >= ANEW) listen();
    else poll(since);
  }, EVERY);
};

const listen = () => {
  rest();
  if (over || document.hidden) return;
  if (!fresh.dataset.live || !("EventSource" in window)) { poll(Date.now()); return; }
  stream = new EventSource(fresh.dataset.live);
  stream.onmessage = () => { failed = 0; look(); };
  stream.onerror = () => {
    if (stream?.readyState !== EventSource.CLOSED && ++failed < TRIES) return;
    failed = 0;
    rest();
    poll(Date.now());
  };
};

if (fresh) {
  document.addEventListener("visibilitychange", listen);
  addEventListener("pagehide", rest);
  addEventListener("pageshow", (event) => { if (event.persisted) listen(); });
  listen();
}
