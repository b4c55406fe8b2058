// What the browser remembers: of this visitor for good, and of this tab.

const DAY = 86400000;

/** An object in a storage of the page's, or only in this page where the browser keeps none. */
const remembering = (storage, name) => {
  let fallback = {};
  const read = () => {
    try {
      return JSON.parse(storage().getItem(name)) || {};
    } catch {
      return fallback;
    }
  };
  /** Changes what is remembered; read anew each time, since other tabs change it too. */
  const change = (edit) => {
    const all = read();
    edit(all);
    fallback = all;
    try {
      storage().setItem(name, JSON.stringify(all));
    } catch {
      // Full, or forbidden: then it holds as long as the page does.
    }
  };
  return { read, change };
};

const random = () => {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
};

/** The visitor's memory, and the tab's, of one project. */
const remember = (key) => {
  const lasting = remembering(() => localStorage, `tellback ${key}`);
  const tab = remembering(() => sessionStorage, `tellback ${key}`);

  const given = (name, make) => {
    const known = lasting.read()[name];
    if (known !== undefined) return known;
    const made = make();
    lasting.change((all) => (all[name] = made));
    return made;
  };

  return {
    /** The browser's own id: made when it is first needed, and told to nobody else. */
    visitor: () => given("visitor", random),
    /** Where in 100 this browser stands for a survey: drawn once, so that a share stays one. */
    draw: (survey) => given(`draw ${survey}`, () => Math.random() * 100),
    /** Whether a survey is to rest: it was closed or answered, or may not be asked yet. */
    rests: (survey) => {
      const { [`rest ${survey}`]: rest, who } = lasting.read();
      if (!rest || rest.until <= Date.now()) return false;
      return rest.who === null || rest.who === (who || 0);
    },
    /** Lets a survey rest; with a `who` only until somebody else, or something else, is known. */
    rest: (survey, time, who = null) =>
      lasting.change((all) => (all[`rest ${survey}`] = { until: Date.now() + time, who })),
    /** Who the page last said that it is, as a number that does not tell. */
    who: () => lasting.read().who || 0,
    meet: (text) =>
      lasting.change((all) => {
        let hash = 2166136261;
        for (const letter of text) hash = Math.imul(hash ^ letter.codePointAt(0), 16777619);
        all.who = hash;
      }),
    waiting: () => lasting.read().waiting || [],
    /** Keeps what is to be sent, in place of what was to be sent of the same thing before. */
    keep: (entry) =>
      lasting.change((all) => {
        const others = (all.waiting || []).filter((one) => one.id !== entry.id);
        all.waiting = [...others, entry].slice(-50);
      }),
    /** Whether it is still this very thing that waits. */
    waits: (entry) =>
      (lasting.read().waiting || []).some((one) => one.id === entry.id && one.at === entry.at),
    /** Forgets what has been sent, unless there is something newer in its place. */
    sent: (entry) =>
      lasting.change((all) => {
        all.waiting = (all.waiting || []).filter((one) => one.id !== entry.id || one.at !== entry.at);
      }),
    /** A survey that this tab shows, with what has been answered: it survives a change of page. */
    shown: (survey) => {
      const one = tab.read()[survey];
      return one && one.at > Date.now() - DAY ? one : null;
    },
    show: (survey, one) => tab.change((all) => (all[survey] = one)),
    hide: (survey) => tab.change((all) => delete all[survey]),
  };
};
