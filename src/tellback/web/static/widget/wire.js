// Speaking with the server. What must arrive is kept first, and sent until it has.

const PATIENCE = [5000, 30000, 300000];
const KEPT_FOR = 30 * DAY;

const speak = (base, key, memory) => {
  const home = `${base}/-/widget/${key}`;
  let flushing = null;
  let tries = 0;
  let timer = 0;

  const call = (path, body) => {
    const waits = new AbortController();
    const alarm = setTimeout(() => waits.abort(), 15000);
    // As plain text it needs no permission beforehand, so that it goes out even as a page ends.
    const sent = body && { method: "POST", body: JSON.stringify(body), keepalive: true };
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
    if (!navigator.onLine) return "waiting";
    try {
      const late = Date.now() - entry.at;
      const reply = await call(entry.path, { ...entry.body, ago: late > 2000 ? late : 0 });
      await reply.text();
      if (reply.ok) return "stored";
      const later = reply.status >= 500 || [408, 425, 429].includes(reply.status);
      return later ? "waiting" : "refused";
    } catch {
      return "waiting";
    }
  };

  const flushOnce = async () => {
    for (const entry of memory.waiting()) {
      const result = entry.at < Date.now() - KEPT_FOR ? "refused" : await send(entry);
      if (result === "waiting") {
        clearTimeout(timer);
        timer = setTimeout(flush, PATIENCE[Math.min(tries++, PATIENCE.length - 1)]);
        return;
      }
      tries = 0;
      memory.sent(entry);
      outcomes.set(entry.id, result);
    }
  };

  const outcomes = new Map();

  /** Sends all that waits, in its order. */
  const flush = () => {
    flushing = (flushing || Promise.resolve()).then(flushOnce);
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
