// Keeps the draft while one types, shows it at once, and moves questions by Alt and an arrow key.
// Without this the buttons do the same, a page at a time.
const form = document.querySelector("[data-editor]");
if (form) {
  const told = document.querySelector("[data-saved]");
  const frame = document.querySelector("[data-preview]");
  let waiting = 0, running = Promise.resolve();
  let changed = false, saving = false, overtaken = false, sent = false;

  const show = (wrong) => {
    for (const place of form.querySelectorAll("[data-wrong]")) {
      const messages = wrong[place.dataset.wrong] ?? [];
      const old = place.parentElement.querySelectorAll(`[id^="${place.dataset.wrong}-wrong-"]`);
      if (!messages.length) old.forEach((one) => one.remove());
    }
  };
  const save = async () => {
    changed = false;
    saving = true;
    try {
      const reply = await fetch(form.action, {
        method: "POST",
        headers: { Accept: "application/json" },
        body: new URLSearchParams(new FormData(form)),
      });
      if (reply.status === 409) {
        overtaken = changed = true;
        told.textContent = "Not saved: somebody has changed it meanwhile. Save the draft to see both.";
        return;
      }
      if (!reply.ok) throw new Error(reply.status);
      const { wrong, basis } = await reply.json();
      form.elements.basis.value = basis;
      show(wrong);
      told.textContent = "Saved as a draft.";
      frame?.contentWindow.location.replace(frame.src);
    } catch {
      changed = true;
      told.textContent = "Not saved yet: the server cannot be reached. It is tried again.";
      clearTimeout(waiting);
      waiting = setTimeout(enqueue, 5000);
    } finally {
      saving = false;
    }
  };
  // What is under way comes in first: the form that follows goes on with it.
  const settled = async () => {
    clearTimeout(waiting);
    changed = false;
    await running;
    clearTimeout(waiting);
    changed = false;
  };
  // One after the other, so that an older draft never comes in last.
  const enqueue = () => { running = running.then(() => (changed ? save() : undefined)); };
  const note = (event) => {
    if (event.target.name === "add_language" || event.target.name === "add_type") return;
    changed = true;
    clearTimeout(waiting);
    if (event.type === "change" && "settles" in event.target.dataset) return settle(event.target);
    if (overtaken) return;
    told.textContent = "Not saved yet …";
    waiting = setTimeout(enqueue, 700);
  };
  // What a question is answered by, or a rule is about, changes which fields there are.
  const settle = async (field) => {
    await settled();
    const own = document.createElement("input");
    Object.assign(own, { type: "hidden", name: "do", value: `stay.${field.id}` });
    form.append(own);
    form.submit();
  };
  form.addEventListener("input", note);
  form.addEventListener("change", note);
  form.addEventListener("submit", async (event) => {
    const early = saving;
    // Pressed twice it is sent once: the second would come upon what the first has changed.
    if (early || sent) event.preventDefault();
    if (sent) return;
    sent = true;
    await settled();
    if (!early) return;
    sent = false;
    form.requestSubmit(event.submitter);
  });
  window.addEventListener("pageshow", () => { sent = false; });
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

const preview = document.querySelector("[data-preview]");
for (const link of document.querySelectorAll("[data-shows]")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    preview.src = link.href;
    preview.title = `Preview of the ${link.textContent.toLowerCase()}`;
    document.querySelector("[data-shows][aria-current]").removeAttribute("aria-current");
    link.setAttribute("aria-current", "true");
  });
}

const upload = document.querySelector("[data-into]");
if (upload) {
  upload.closest("[hidden]").hidden = false;
  upload.addEventListener("change", async () => {
    document.getElementById(upload.dataset.into).value = await upload.files[0].text();
  });
}
