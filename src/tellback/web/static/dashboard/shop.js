// The made-up shop: it goes between its parts without loading a page, and calls the widget.
(() => {
  "use strict";

  const views = [...document.querySelectorAll("main > section")];
  const links = [...document.querySelectorAll("[data-view]")];
  const told = document.getElementById("told");

  /** Calls the widget; before it is there, it is kept for it. */
  const tellback = (...call) => {
    window.tellback = window.tellback || function () {
      (window.tellback.q = window.tellback.q || []).push(arguments);
    };
    window.tellback(...call);
  };

  const show = () => {
    const wanted = new URLSearchParams(location.search).get("view");
    const known = views.some((view) => view.id === wanted) ? wanted : views[0].id;
    for (const view of views) view.hidden = view.id !== known;
    for (const link of links) {
      if (link.dataset.view === known) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
  };

  for (const link of links) {
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      history.pushState(null, "", link.href);
      show();
    });
  }
  addEventListener("popstate", show);

  const does = {
    track: (name) => {
      tellback("track", name);
      told.textContent = `The page has told of the event “${name}”.`;
    },
    open: (survey) =>
      tellback("open", survey, (opened) => {
        told.textContent = opened ? "" : "You have answered that one already.";
      }),
    identify: (name) => {
      tellback("identify", name, { name: "Ada", plan: "pro" });
      told.textContent = "The page has said that you are Ada.";
    },
    forget: () => {
      const ours = (name) => name.startsWith("tellback ");
      for (const store of [localStorage, sessionStorage]) {
        Object.keys(store).filter(ours).forEach((name) => store.removeItem(name));
      }
      location.reload();
    },
  };
  for (const [name, act] of Object.entries(does)) {
    for (const button of document.querySelectorAll(`[data-${name}]`)) {
      button.addEventListener("click", () => act(button.dataset[name]));
    }
  }
})();
