// Which survey is shown when: the page's address, its visitor, its events, and what was before.

const HOUR = 3600000;
const script = document.currentScript || document.querySelector('script[src*="/-/widget.js"]');
const { key, target, lang, theme, wait } = script.dataset;
const base = script.src.slice(0, script.src.indexOf("/-/widget.js"));
const look = theme === "light" || theme === "dark" ? theme : "";
const memory = remember(key);
const server = speak(base, key, memory);

let rules = [];
let identity = {};
let held = wait !== undefined;
let address = "";
let arrived = Date.now();
let asking = false;
let again = false;
let quietUntil = 0;
let timer = 0;
const happened = new Map();
const cards = new Map();

const tell = (name, survey) =>
  dispatchEvent(new CustomEvent(`tellback:${name}`, { detail: { survey } }));

const languages = () =>
  [lang || document.documentElement.lang, ...navigator.languages].filter(Boolean).slice(0, 20);

/** From when on a rule's survey may be shown here; never where it is not to be. */
const dueAt = (rule) => {
  if (!fits(rule, location) || memory.rests(rule.key)) return Infinity;
  if (memory.draw(rule.key) >= rule.sample) return Infinity;
  const since = rule.events.map((name) => happened.get(name)).filter(Boolean);
  if (rule.events.length && !since.length) return Infinity;
  return Math.max(arrived, ...since) + rule.delay * 1000;
};

const isInline = (rule) => Boolean(rule) && rule.place === "inline";
const popover = () => [...cards.values()].find((one) => !one.inline);

/** Puts a survey on the page. */
const put = (content, { answers = null, focus = false, wanted = false }) => {
  const survey = content.survey;
  const rule = rules.find((one) => one.key === survey);
  const inline = isInline(rule) ? elementFor(survey, target) : null;
  const keep = (said) =>
    memory.show(survey, { content, answers: said, wanted, at: Date.now() });
  keep(answers);
  // The page may have gone on while the server was asked: then it waits for its place.
  if (!wanted && rule && (!fits(rule, location) || (isInline(rule) && !inline))) return;
  const told = {
    begun: keep,
    answered: async (said, done) => {
      const page = location.origin + location.pathname;
      const { ticket, language } = content;
      const body = { ticket, answers: said, done, page: page.slice(0, 2000), language };
      if (done) {
        memory.hide(survey);
        memory.rest(survey, DAY);
      }
      const result = await server.handIn("/answer", body);
      if (done) tell("answered", survey);
      return result;
    },
    closed: (said, done) => {
      cards.delete(survey);
      memory.hide(survey);
      if (done) return;
      const begun = Object.keys(said).length > 0;
      if (begun) memory.rest(survey, DAY);
      else if (!wanted) {
        memory.rest(survey, (rule ? rule.snooze_days : 1) * DAY);
        server.handIn("/dismiss", { ticket: content.ticket });
      }
      tell("closed", survey);
    },
  };
  const card = showCard(content, { inline, look, answers, focus, told });
  cards.set(survey, { ...card, inline, rule, wanted });
  tell("shown", survey);
};

/** Asks the server for the first of some surveys that may be shown, and shows it. */
const request = async (surveys, { wanted = false, focus = false } = {}) => {
  const { user, traits } = identity;
  const who = { visitor: memory.visitor(), user, traits, languages: languages() };
  const asked = memory.who();
  const reply = await server.ask("/ask", { surveys, ...who, wanted });
  const content = reply && reply.ask;
  if (!reply) quietUntil = Date.now() + 60000;
  if (content && !cards.has(content.survey)) put(content, { wanted, focus });
  else if (reply && !wanted) for (const survey of surveys) memory.rest(survey, HOUR, asked);
  return Boolean(content);
};

/** Takes away what does not belong here (any more), unless somebody is answering it. */
const clear = () => {
  for (const [survey, card] of cards) {
    const gone = !card.host.isConnected;
    const strange = card.rule && !card.wanted && !card.begun() && !fits(card.rule, location);
    if (gone || strange) {
      card.remove();
      cards.delete(survey);
    }
  }
};

/** Shows again what this tab was showing before the page changed. */
const restore = (rule) => {
  const before = memory.shown(rule.key);
  if (!before || cards.has(rule.key)) return false;
  try {
    put(before.content, before);
  } catch (error) {
    memory.hide(rule.key);
    throw error;
  }
  return true;
};

const isFree = (rule) =>
  !cards.has(rule.key) && (isInline(rule) ? elementFor(rule.key, target) : !popover());

/** Looks at what is due now, and comes back when the next is. */
const lookAround = async () => {
  clearTimeout(timer);
  again = asking;
  if (asking || held || document.visibilityState === "hidden") return;
  if (Date.now() < quietUntil) {
    timer = setTimeout(lookAround, quietUntil - Date.now());
    return;
  }
  asking = true;
  try {
    clear();
    for (const rule of rules) {
      if (isFree(rule) && fits(rule, location)) restore(rule);
    }
    const due = (rule) => isFree(rule) && dueAt(rule) <= Date.now();
    for (const rule of rules.filter((one) => isInline(one) && due(one))) await request([rule.key]);
    const others = rules.filter((one) => !isInline(one) && due(one)).slice(0, 20);
    if (others.length) await request(others.map((one) => one.key));
  } catch (error) {
    console.error(error);
  } finally {
    asking = false;
  }
  const moments = rules.filter(isFree).map(dueAt).filter((at) => at > Date.now() && at < Infinity);
  if (moments.length) timer = setTimeout(lookAround, Math.min(...moments) - Date.now() + 20);
  if (again) lookAround();
};

const arrive = () => {
  if (location.href === address) return;
  address = location.href;
  arrived = Date.now();
  lookAround();
};

const commands = {
  /** Who the visitor is, by the page's own id for them; null: nobody known. */
  identify: (user, traits) => {
    const named = user !== null && typeof user === "object";
    identity = named ? { traits: user } : { user: user ? String(user) : undefined, traits };
    memory.meet(JSON.stringify([identity.user, identity.traits]));
    held = false;
    lookAround();
  },
  /** Something happened on the page. It stays here, unless a survey waits for it. */
  track: (name) => {
    happened.set(String(name), Date.now());
    lookAround();
  },
  /** Shows a survey now, since the visitor wants it. */
  open: async (survey, then) => {
    const other = popover();
    const here = cards.get(survey);
    if (here) {
      here.remove();
      cards.delete(survey);
    } else if (other) {
      other.remove();
      for (const [name, one] of cards) if (one === other) cards.delete(name);
    }
    const before = memory.shown(survey);
    if (before) put(before.content, { ...before, focus: true });
    const opened = Boolean(before) || (await request([survey], { wanted: true, focus: true }));
    if (then) then(opened);
  },
  /** Takes the survey over the page away, as its own button does. */
  close: () => {
    const card = popover();
    if (card) card.shut();
  },
};

const run = (name, ...rest) => {
  if (commands[name]) return commands[name](...rest);
  console.warn(`tellback: there is no ${name}`);
};

const watch = () => {
  for (const name of ["pushState", "replaceState"]) {
    const before = history[name];
    history[name] = function (...all) {
      before.apply(this, all);
      setTimeout(arrive);
    };
  }
  addEventListener("popstate", () => setTimeout(arrive));
  addEventListener("hashchange", () => setTimeout(arrive));
  document.addEventListener("visibilitychange", lookAround);
  if (!rules.some(isInline)) return;
  // The elements of inline surveys come and go as single-page apps please.
  let soon = 0;
  new MutationObserver(() => {
    clearTimeout(soon);
    soon = setTimeout(lookAround, 100);
  }).observe(document.documentElement, { childList: true, subtree: true });
};

/** Learns which surveys there are; without a connection, once there is one. */
const learn = async () => {
  const published = await server.ask("");
  if (!published) {
    addEventListener("online", learn, { once: true });
    return;
  }
  rules = published.surveys;
  address = location.href;
  watch();
  lookAround();
};

const start = () => {
  const queued = (window.tellback && window.tellback.q) || [];
  window.tellback = run;
  run.loaded = true;
  address = location.href;
  server.flush();
  for (const call of queued) run(...call);
  learn();
};

if (key && !(window.tellback && window.tellback.loaded)) {
  if (document.body) start();
  else addEventListener("DOMContentLoaded", start);
}
