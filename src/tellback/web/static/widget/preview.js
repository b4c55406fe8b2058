// A survey on a page that is not there, for its owner: nobody is asked, and nothing goes anywhere.

const spot = document.querySelector("[data-content]");
const again = document.querySelector("[data-again]");
let card = null;

const show = () => {
  const told = {
    begun: () => undefined,
    answered: async () => "stored",
    closed: () => (card = null),
  };
  const inline = spot.dataset.place === "inline" ? spot : null;
  const content = JSON.parse(spot.dataset.content);
  card = showCard(content, { inline, look: "", answers: null, focus: false, told });
};

again.hidden = false;
again.addEventListener("click", () => {
  if (card) card.remove();
  show();
});
show();
