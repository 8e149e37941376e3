"use strict";
// All that pages do beside being pages: they take Telegram's colours, come in as a Mini App, and
// look again what is new. Nothing here is loaded from elsewhere; without it all pages work as well.

(() => {
  const EVERY = 5000; // milliseconds between looks at what is new
  const COLOURS = {
    bg_color: "--page", secondary_bg_color: "--back", section_bg_color: "--page",
    text_color: "--text", hint_color: "--hint", link_color: "--link",
    button_color: "--button", button_text_color: "--on-button",
  };
  const told = new URLSearchParams(location.hash.slice(1));

  function kept(value) { // what Telegram told once holds for all pages of this window
    try {
      if (value) sessionStorage.setItem("baton.theme", value);
      return JSON.parse(sessionStorage.getItem("baton.theme") || "{}") || {};
    } catch {
      return {};
    }
  }

  function bright(colour) {
    const [red, green, blue] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
    return red * 0.299 + green * 0.587 + blue * 0.114 > 127;
  }

  const theme = kept(told.get("tgWebAppThemeParams"));
  for (const [name, variable] of Object.entries(COLOURS)) {
    const colour = String(theme[name] || "");
    if (!/^#[0-9a-f]{6}$/i.test(colour)) continue;
    document.documentElement.style.setProperty(variable, colour);
    if (name === "bg_color") {
      document.documentElement.dataset.theme = bright(colour) ? "light" : "dark";
    }
  }

  async function enter(front) {
    const word = told.get("tgWebAppData");
    const waits = front.querySelector(".waits"), says = front.querySelector(".says");
    const waiting = (on) => { if (waits) { waits.hidden = !on; says.hidden = on; } };
    let to = front.dataset.to;
    if (word) {
      waiting(true);
      try {
        const answer = await fetch(front.dataset.enter, { method: "POST", body: word });
        if (answer.ok) to = (await answer.json()).to;
      } catch { /* there is another way in, and the page says which */ }
    }
    if (to) location.replace(to);
    else waiting(false);
  }

  function follow(place) {
    const stale = document.querySelector(".stale");
    let tag = "", timer = 0;
    async function look() {
      clearTimeout(timer);
      if (document.hidden) return;
      try {
        const answer = await fetch(place.dataset.live, { headers: tag ? { "If-None-Match": tag } : {} });
        if (answer.status === 401 || answer.status === 404) return location.reload();
        if (answer.status === 200) {
          tag = answer.headers.get("ETag") || "";
          const found = new DOMParser().parseFromString(await answer.text(), "text/html");
          const at = place.contains(document.activeElement) && document.activeElement.getAttribute("href");
          place.replaceChildren(...found.body.childNodes);
          if (at) place.querySelector(`[href="${CSS.escape(at)}"]`)?.focus();
        }
        stale.hidden = answer.ok || answer.status === 304;
      } catch {
        stale.hidden = false;
      }
      timer = setTimeout(look, EVERY);
    }
    document.addEventListener("visibilitychange", look);
    timer = setTimeout(look, EVERY);
  }

  addEventListener("DOMContentLoaded", () => {
    const front = document.querySelector("[data-enter]"), live = document.querySelector("[data-live]");
    document.querySelector("nav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
    if (front) enter(front);
    if (live) follow(live);
  });
})();
