// What goes wrong on purpose on the side of the page.

import * as api from "./api.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { changed, number, state } from "./store.js";

// A script that does not let go of the page, soon after what it was asked for has been shown.
export async function blockScript() {
  const { data } = await api.get("Settings");
  await api.pause(0.1);
  const end = performance.now() + data.blocked_seconds * 1000;
  while (performance.now() < end);
}

export function announcementDialog() {
  if (!state.isAnnounced) return null;
  const close = () => {
    state.isAnnounced = false;
    changed();
  };
  return h(
    "div",
    { id: `headlessui-dialog-${number()}`, role: "dialog", "aria-modal": "true", class: "dialog", key: "announcement" },
    h("div", { id: `headlessui-dialog-overlay-${number()}`, class: "overlay", "aria-hidden": "true" }),
    h(
      "div",
      { class: "popup" },
      h("h2", { class: "text-lg font-medium text-white" }, "What's new in Option Omega"),
      h("p", { class: "text-sm text-gray-300" }, "Portfolios can now be saved with notes. Have a look at the documentation."),
      h(
        "button",
        { type: "button", class: "iconButton announcementClose", onClick: close },
        h("span", { class: "sr-only" }, "Close"),
        icon("close"),
      ),
    ),
  );
}
