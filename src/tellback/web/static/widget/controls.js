// What answers a question: radios, boxes, a list, a line, an area. All are the browser's own.

const SVG = "http://www.w3.org/2000/svg";
/** Controls of which one press is an answer. */
const INSTANT = ["row", "stars", "smileys", "pair", "list"];

/** An element with attributes and children; what is null is left out. */
const make = (tag, attributes = {}, ...children) => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) {
      made.setAttribute(name, value === true ? "" : value);
    }
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
};

/** A survey's text: alone, or with its language where that is another than around it. */
const words = (said) => (Array.isArray(said) ? said[0] : said || "");
const tongue = (said) => (Array.isArray(said) ? said[1] : null);

const picture = (...paths) => {
  const drawn = document.createElementNS(SVG, "svg");
  drawn.setAttribute("viewBox", "0 0 24 24");
  drawn.setAttribute("aria-hidden", "true");
  for (const path of paths) {
    const line = document.createElementNS(SVG, "path");
    line.setAttribute("d", path);
    drawn.append(line);
  }
  return drawn;
};

const STAR = "M12 3.2l2.7 5.5 6 .9-4.4 4.2 1.1 6-5.4-2.8-5.4 2.8 1.1-6-4.4-4.2 6-.9z";
const face = (mood) =>
  picture(
    "M12 2.5a9.5 9.5 0 1 0 0 19 9.5 9.5 0 0 0 0-19z",
    "M8.8 9v1.2M15.2 9v1.2",
    `M7.8 ${15.2 - mood * 1.4}q4.2 ${mood * 4.6} 8.4 0`,
  );

const FACES = {
  stars: () => picture(STAR),
  smileys: (option) => face(option.mood || 0),
};

/** One of several answers, as a radio or a box. */
const choice = (question, name, option) => {
  const kind = question.control === "boxes" ? "checkbox" : "radio";
  const label = words(option.label);
  const heard = option.position
    ? [option.position, words(option.meaning)].filter(Boolean).join(", ")
    : null;
  const input = make("input", { type: kind, name, value: option.value, "aria-label": heard });
  const drawn = FACES[question.control];
  const shown = make(
    "span",
    { class: "face", lang: tongue(option.label), dir: "auto" },
    drawn ? drawn(option) : label,
  );
  return make("label", { class: "option" }, input, shown);
};

const group = (question, name) => {
  const options = question.options.map((option) => choice(question, name, option));
  const many = options.length > 7 ? " many" : "";
  const box = make("div", { class: question.control + many }, ...options);
  const inputs = options.map((option) => option.firstChild);
  const light = () => {
    const last = inputs.findIndex((input) => input.checked);
    options.forEach((option, place) => option.classList.toggle("lit", place <= last));
  };
  const ends = [question.low, question.high].filter(words);
  const scale =
    ends.length && question.control !== "list"
      ? make(
          "div",
          { class: "ends", "aria-hidden": "true" },
          ...[question.low, question.high].map((end) =>
            make("span", { lang: tongue(end), dir: "auto" }, words(end)),
          ),
        )
      : null;
  return {
    parts: [box, scale],
    first: inputs[0],
    read: () => {
      const chosen = inputs.filter((input) => input.checked).map((input) => input.value);
      return question.control === "boxes" ? chosen : chosen[0];
    },
    write: (value) => {
      const wanted = [].concat(value).map(String);
      for (const input of inputs) input.checked = wanted.includes(input.value);
      light();
    },
    light,
  };
};

const single = (input) => ({
  parts: [input],
  first: input,
  read: () => input.value.trim(),
  write: (value) => (input.value = value),
  light: () => {},
});

const MADE = {
  select: (question, name, texts) =>
    single(
      make(
        "select",
        { name },
        make("option", { value: "" }, texts.choose),
        ...question.options.map((one) => make("option", { value: one.value }, words(one.label))),
      ),
    ),
  line: (question, name) => {
    const [type, inputmode, autocomplete] = question.line;
    const told = { type, inputmode, autocomplete, maxlength: question.longest, dir: "auto" };
    return single(make("input", { name, ...told, placeholder: words(question.placeholder) || null }));
  },
  area: (question, name) => {
    const told = { rows: 3, maxlength: question.longest, dir: "auto" };
    const placeholder = words(question.placeholder) || null;
    return single(make("textarea", { name, ...told, placeholder }));
  },
};

/** A question with its control. `answer()` is undefined where there is none. */
const field = (question, place, texts) => {
  const name = `q${place}`;
  const grouped = Boolean(question.options) && question.control !== "select";
  const control = grouped ? group(question, name) : MADE[question.control](question, name, texts);
  const heading = { class: "text", id: `${name}-text`, lang: tongue(question.text), dir: "auto" };
  const hint = question.control === "boxes" ? texts.several : question.optional && texts.optional;
  const note = hint ? make("span", { class: "hint" }, hint) : null;
  const mistake = make("p", { class: "mistake", id: `${name}-mistake`, hidden: true });
  const text = make(grouped ? "legend" : "label", heading, words(question.text), note && " ", note);
  const box = make(grouped ? "fieldset" : "div", { class: "question" }, text, ...control.parts, mistake);
  if (!grouped) {
    control.first.id = name;
    text.setAttribute("for", name);
  }

  const answer = () => {
    const value = control.read();
    if (value === undefined || value.length === 0) return undefined;
    return question.numeric && !Number.isNaN(Number(value)) ? Number(value) : value;
  };
  /** What is wrong with the answer, in words; nothing where it is right. */
  const wrong = () => {
    const value = answer();
    if (value === undefined) return question.required ? texts.wrong_missing : "";
    if (question.numeric && typeof value !== "number") return texts.wrong_number;
    const type = question.line && question.line[0];
    return type === "email" && !control.first.checkValidity() ? texts.wrong_email : "";
  };
  const check = () => {
    const said = wrong();
    mistake.textContent = said;
    mistake.hidden = !said;
    control.first.toggleAttribute("aria-invalid", Boolean(said));
    if (said) control.first.setAttribute("aria-invalid", "true");
    const described = grouped ? box : control.first;
    if (said) described.setAttribute("aria-describedby", mistake.id);
    else described.removeAttribute("aria-describedby");
    return !said;
  };
  box.addEventListener("change", () => {
    control.light();
    if (!mistake.hidden) check();
  });
  return { question, box, control, answer, check, instant: INSTANT.includes(question.control) };
};
