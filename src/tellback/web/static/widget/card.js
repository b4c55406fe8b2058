// The card with a survey: over the page as a dialog that blocks nothing, or within it.

const THANKS_STAY = 6000;
const AFTER_TYPING = 700;

/** Whether the answer to its question is one that a rule asks for. */
const holds = (rule, answer) => {
  if (typeof answer === "number") {
    const ranged = rule.min !== undefined || rule.max !== undefined;
    return ranged && !(answer < rule.min) && !(answer > rule.max);
  }
  return [].concat(answer).some((value) => (rule.any || []).includes(value));
};

/** The fields that are to be seen; an answer to a hidden one shows nothing. */
const seen = (fields) => {
  const shown = new Map();
  for (const one of fields) {
    const rules = one.question.rules || [];
    const reached = (rule) => shown.has(rule.on) && holds(rule, shown.get(rule.on).answer());
    if (rules.length === 0 || rules.some(reached)) shown.set(one.question.id, one);
  }
  return [...shown.values()];
};

const sheet = (text) => {
  const made = new CSSStyleSheet();
  made.replaceSync(text);
  return made;
};
const style = sheet(STYLE);

const colours = (theme) => {
  const named = (ground) =>
    ["accent", "fill", "ink"].map((name, place) => `--${ground}-${name}:${theme[ground][place]};`);
  return sheet(`:host{${[...named("light"), ...named("dark")].join("")}}`);
};

/** Whether what stands in an element is written in a light colour, hence on a dark ground. */
const isDark = (element) => {
  const colour = getComputedStyle(element).color;
  const [one, two, three] = (colour.match(/[\d.]+/g) || [0, 0, 0]).map(Number);
  if (colour.startsWith("ok")) return one > 0.5;
  if (colour.startsWith("l")) return one > 50;
  return (2 * one + 5 * two + three) / 8 > (colour.startsWith("rgb") ? 127 : 0.5);
};

/**
 * Shows a survey. `inline` is the element that it goes into, or null; `look` is light, dark or
 * as the page is. `told` are called: `answered(answers, done)` gives what became of it, `begun(answers)`,
 * `closed(answers, done)`.
 */
const showCard = (content, { inline, look, answers, focus, told }) => {
  const { texts, questions } = content;
  const lit = look || (isDark(inline || document.body) ? "dark" : "light");
  const host = document.createElement("tellback-survey");
  const root = host.attachShadow({ mode: "open" });
  root.adoptedStyleSheets = [style, colours(content.theme)];
  let before = document.activeElement;
  const fields = questions.map((question, place) => field(question, place + 1, texts));
  const first = fields[0];
  let byPointer = false;
  let timer = 0;
  let done = false;
  let sending = false;

  const alert = make("p", { class: "alert", role: "alert" });
  const send = make("button", { type: "submit", class: "send" }, texts.send);
  const header = words(content.header)
    ? make("p", { class: "header", lang: tongue(content.header), dir: "auto" }, words(content.header))
    : null;
  const boxes = fields.map((one) => one.box);
  const form = make("form", { novalidate: true }, header, ...boxes, alert, send);
  const close = make("button", { type: "button", class: "close", "aria-label": texts.close });
  close.append(picture("M6.5 6.5l11 11M17.5 6.5l-11 11"));
  const heard = make("p", { class: "heard", role: "status" });
  const card = make(
    inline ? "section" : "div",
    {
      class: `card ${inline ? "inline" : "popover"} ${lit}`,
      role: inline ? null : "dialog",
      "aria-labelledby": "q1-text",
      lang: content.language,
      dir: content.direction,
      tabindex: -1,
    },
    inline ? null : close,
    form,
  );
  root.append(card, heard);

  const given = () => {
    const said = {};
    for (const one of seen(fields)) {
      const value = one.answer();
      if (value !== undefined) said[one.question.id] = value;
    }
    return said;
  };
  /** Shows what is to be seen: first the first question alone, where one press answers it. */
  const update = () => {
    const shown = seen(fields);
    const opening = first.instant && first.answer() === undefined;
    for (const one of fields) one.box.hidden = opening ? one !== first : !shown.includes(one);
    send.hidden = opening;
    return shown;
  };
  const holdsFocus = () => document.activeElement === host;
  const remove = () => {
    const back = holdsFocus() && before && before.isConnected;
    clearTimeout(timer);
    host.remove();
    if (back) before.focus();
  };
  const shut = () => {
    clearTimeout(timer);
    told.closed(given(), done);
    remove();
  };

  const thank = (result) => {
    const title = words(content.thanks) || texts.thanks;
    const more = { stored: words(content.thanks) ? "" : texts.thanks_text, waiting: texts.later };
    const heading = make("p", { class: "thanks", tabindex: -1, dir: "auto" }, title);
    const text = more[result] ? make("p", { class: "more", dir: "auto" }, more[result]) : null;
    const focused = holdsFocus();
    heading.id = "thanks";
    card.setAttribute("aria-labelledby", "thanks");
    form.replaceWith(make("div", { class: "end" }, picture("M5 12.8l4.6 4.6L19 8"), heading, ...(text ? [text] : [])));
    heard.textContent = text ? `${title} ${text.textContent}` : title;
    if (focused) heading.focus();
    if (inline) return;
    const leave = () => {
      const used = card.matches(":hover") || root.querySelector(":focus-visible");
      if (used) timer = setTimeout(leave, THANKS_STAY);
      else shut();
    };
    timer = setTimeout(leave, THANKS_STAY);
  };

  const submit = async () => {
    const shown = update();
    const wrong = shown.filter((one) => !one.check());
    if (wrong.length) {
      wrong[0].control.first.focus();
      return;
    }
    const said = given();
    if (Object.keys(said).length === 0) {
      alert.textContent = texts.wrong_missing;
      return;
    }
    clearTimeout(timer);
    if (sending) return;
    sending = true;
    const result = await told.answered(said, true);
    sending = false;
    if (result === "refused") {
      alert.textContent = texts.busy;
      return;
    }
    done = true;
    thank(result);
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  form.addEventListener("pointerup", () => {
    byPointer = true;
  });
  form.addEventListener("keydown", () => {
    byPointer = false;
  });
  form.addEventListener("change", (event) => {
    const field_ = fields.find((one) => one.box.contains(event.target));
    const shown = update();
    const said = given();
    alert.textContent = "";
    told.begun(said);
    if (!field_ || !field_.instant || Object.keys(said).length === 0) return;
    clearTimeout(timer);
    const only = shown.length === 1 && byPointer;
    // Arrow keys pass over steps: what they rest on counts.
    const step = only ? submit : () => told.answered(said, false);
    if (byPointer && !only) step();
    else timer = setTimeout(step, only ? 250 : AFTER_TYPING);
  });
  close.addEventListener("click", shut);
  card.addEventListener("focusin", ({ relatedTarget: from }) => {
    if (from && !root.contains(from)) before = from;
  });
  card.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !inline) {
      event.stopPropagation();
      shut();
    }
  });

  for (const one of fields) {
    if (answers && one.question.id in answers) one.control.write(answers[one.question.id]);
  }
  update();
  (inline || document.body).append(host);
  if (focus) (fields.find((one) => !one.box.hidden).control.first || card).focus();
  else if (!inline) {
    // A live region must be there before it says something.
    setTimeout(() => (heard.textContent = `${texts.opened} ${words(first.question.text)}`), 150);
  }
  return { host, remove, shut, begun: () => Object.keys(given()).length > 0, done: () => done };
};
