// Shows the look while one chooses it. Without this it is seen once it is saved.
const place = document.querySelector("[data-look]");
const picker = document.querySelector("[data-picks]");
const colour = document.getElementById(picker.dataset.picks);
const brand = document.getElementById("brand");
const WRITTEN = /^#[0-9a-f]{6}$/i;
let waiting = 0, asked = 0;

const show = async () => {
  const own = ++asked;
  const query = new URLSearchParams({ colour: colour.value.trim(), brand: brand.value.trim() });
  try {
    const reply = await fetch(`${place.dataset.look}?${query}`);
    const html = await reply.text();
    if (!reply.ok || own !== asked) return;
    place.replaceChildren(...new DOMParser().parseFromString(html, "text/html").body.childNodes);
  } catch {
    // What was shown stays; it is saved with or without it.
  }
};
const note = () => {
  const text = colour.value.trim();
  if (text && !WRITTEN.test(text)) return;
  if (text) picker.value = text.toLowerCase();
  clearTimeout(waiting);
  waiting = setTimeout(show, 300);
};
picker.hidden = false;
picker.addEventListener("input", () => { colour.value = picker.value; note(); });
colour.addEventListener("input", note);
brand.addEventListener("input", note);
