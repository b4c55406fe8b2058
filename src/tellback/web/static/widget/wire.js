// Speaking with the server. What must arrive is kept first, and sent until it has.

const PATIENCE = [5000, 30000, 300000];
const KEPT_FOR = 30 * DAY;
// Browsers refuse to send more than 64 KiB as a page ends, and say no more than that it failed.
const MOST_ALIVE = 60000;

const speak = (base, key, memory) => {
  const home = `${base}/-/widget/${key}`;
  let flushing = null;
  let tries = 0;
  let timer = 0;

  const call = (path, body) => {
    const waits = new AbortController();
    const alarm = setTimeout(() => waits.abort(), 15000);
    // As plain text it needs no permission beforehand, so that it goes out even as a page ends.
    const bytes = body && new TextEncoder().encode(JSON.stringify(body));
    const headers = { "Content-Type": "text/plain;charset=UTF-8" };
    const keepalive = Boolean(body) && bytes.length < MOST_ALIVE;
    const sent = body && { method: "POST", body: bytes, headers, keepalive };
    return fetch(home + path, { ...sent, credentials: "omit", signal: waits.signal }).finally(() =>
      clearTimeout(alarm),
    );
  };

  /** The reply's JSON; null where there is none. */
  const ask = async (path, body) => {
    try {
      const reply = await call(path, body);
      return reply.ok ? await reply.json() : null;
    } catch {
      return null;
    }
  };

  /** Sends one thing: "stored", "refused" for good, or "waiting". */
  const send = async (entry) => {
    try {
      // Never from before our last word on it arrived, however long that was on its way.
      const said = Math.max(entry.at, heard.get(entry.id) || 0);
      const reply = await call(entry.path, { ...entry.body, ago: Math.max(1, Date.now() - said) });
      await reply.text();
      heard.set(entry.id, Date.now());
      if (reply.ok) return "stored";
      const later = reply.status >= 500 || [408, 425, 429].includes(reply.status);
      return later ? "waiting" : "refused";
    } catch {
      return "waiting";
    }
  };

  const flushOnce = async () => {
    let left = false;
    for (const entry of memory.waiting()) {
      // Another tab may have sent it meanwhile, or put something newer in its place.
      if (!memory.waits(entry)) continue;
      const old = entry.at < Date.now() - KEPT_FOR;
      const result = old ? "refused" : navigator.onLine ? await send(entry) : "waiting";
      if (result === "waiting") {
        left = true;
        continue;
      }
      memory.sent(entry);
      outcomes.set(entry.id, result);
    }
    clearTimeout(timer);
    if (left) timer = setTimeout(flush, PATIENCE[Math.min(tries++, PATIENCE.length - 1)]);
    else tries = 0;
  };

  const outcomes = new Map();
  const heard = new Map();

  /** Sends all that waits, in its order. */
  const flush = () => {
    flushing = (flushing || Promise.resolve()).then(flushOnce).catch(console.error);
    return flushing;
  };

  /** Keeps something, then sends it; what became of it. The latest of an id takes the place. */
  const handIn = async (path, body) => {
    const id = `${path} ${body.ticket}`;
    outcomes.delete(id);
    memory.keep({ id, path, body, at: Date.now() });
    await Promise.race([flush(), new Promise((soon) => setTimeout(soon, 5000))]);
    return outcomes.get(id) || "waiting";
  };

  addEventListener("online", () => {
    tries = 0;
    flush();
  });
  return { ask, handIn, flush };
};
