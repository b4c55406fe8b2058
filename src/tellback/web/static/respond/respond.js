// Shows a question only while the answers ask for it. Without this, the page says when it counts.
document.documentElement.classList.add("scripted");
document.addEventListener("DOMContentLoaded", () => {
  const form = document.querySelector("form");
  const ruled = Array.from(form.querySelectorAll("[data-if]"), (part) => ({
    part,
    rules: JSON.parse(part.dataset.if),
    names: new Set(Array.from(part.querySelectorAll("[name]"), (control) => control.name)),
  }));
  // The same numbers as the server reads.
  const numeric = /^[+-]?(\d{1,15}([.,]\d{0,15})?|\.\d{1,15})$/;
  const holds = ({ on, any, min = -Infinity, max = Infinity }, answers) =>
    answers.getAll(on).some((text) => {
      const value = text.trim();
      if (any) return any.includes(value);
      const number = Number(value.replace(",", "."));
      return numeric.test(value) && number >= min && number <= max;
    });
  const update = () => {
    const answers = new FormData(form);
    for (const { part, rules, names } of ruled) {
      const shown = rules.some((rule) => holds(rule, answers));
      part.classList.toggle("off", !shown);
      // The answer to a hidden question shows nothing.
      if (!shown) names.forEach((name) => answers.delete(name));
    }
  };
  form.addEventListener("input", update);
  // A browser may fill in again what was there before.
  window.addEventListener("pageshow", update);
});
