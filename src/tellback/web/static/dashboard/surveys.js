// Keeps the draft while one types, shows it at once, and moves questions by Alt and an arrow key.
// Without this the buttons do the same, a page at a time.
const form = document.querySelector("[data-editor]");
if (form) {
  const told = document.querySelector("[data-saved]");
  const frame = document.querySelector("[data-preview]");
  let waiting = 0, changed = false, running = Promise.resolve();

  const show = (wrong) => {
    for (const place of form.querySelectorAll("[data-wrong]")) {
      const messages = wrong[place.dataset.wrong] ?? [];
      const old = place.parentElement.querySelectorAll(`[id^="${place.dataset.wrong}-wrong-"]`);
      if (!messages.length) old.forEach((one) => one.remove());
    }
  };
  const save = async () => {
    changed = false;
    try {
      const reply = await fetch(form.action, {
        method: "POST",
        headers: { Accept: "application/json" },
        body: new URLSearchParams(new FormData(form)),
      });
      if (!reply.ok) throw new Error(reply.status);
      show((await reply.json()).wrong);
      told.textContent = "Saved as a draft.";
      frame?.contentWindow.location.replace(frame.src);
    } catch {
      changed = true;
      told.textContent = "Not saved yet: the server cannot be reached. It is tried again.";
      clearTimeout(waiting);
      waiting = setTimeout(enqueue, 5000);
    }
  };
  // One after the other, so that an older draft never comes in last.
  const enqueue = () => { running = running.then(() => (changed ? save() : undefined)); };
  const note = (event) => {
    if (event.target.name === "add_language" || event.target.name === "add_type") return;
    changed = true;
    told.textContent = "Not saved yet …";
    clearTimeout(waiting);
    if (event.type === "change" && "settles" in event.target.dataset) return settle(event.target);
    waiting = setTimeout(enqueue, 700);
  };
  // What a question is answered by, or a rule is about, changes which fields there are.
  const settle = (field) => {
    const own = document.createElement("input");
    Object.assign(own, { type: "hidden", name: "do", value: `stay.${field.id}` });
    form.append(own);
    changed = false;
    form.submit();
  };
  form.addEventListener("input", note);
  form.addEventListener("change", note);
  form.addEventListener("submit", () => { changed = false; clearTimeout(waiting); });
  window.addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });

  form.addEventListener("input", (event) => {
    const card = event.target.closest("[data-question]");
    if (card && /^q\d+-text$/.test(event.target.id)) {
      card.querySelector("[data-opening]").textContent = event.target.value || "Not written yet";
    }
  });
  form.addEventListener("keydown", (event) => {
    const way = { ArrowUp: "up", ArrowDown: "down" }[event.key];
    const card = event.target.closest("[data-question]");
    if (!event.altKey || !way || !card) return;
    event.preventDefault();
    card.querySelector(`button[value^="${way}."]`)?.click();
  });
}

const upload = document.querySelector("[data-into]");
if (upload) {
  upload.closest("[hidden]").hidden = false;
  upload.addEventListener("change", async () => {
    document.getElementById(upload.dataset.into).value = await upload.files[0].text();
  });
}
