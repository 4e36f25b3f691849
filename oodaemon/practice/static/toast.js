// Short messages in the corner, which leave by themselves.

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { changed, number, state } from "./store.js";

const SECONDS = 5;

export function toast(text) {
  const message = { id: number(), text };
  state.toasts.push(message);
  changed();
  setTimeout(() => {
    state.toasts = state.toasts.filter((other) => other !== message);
    changed();
  }, SECONDS * 1000);
}

export function toasts() {
  if (!state.toasts.length) return null;
  return h(
    "div",
    { class: "toasts", role: "alert", "aria-live": "assertive", key: "toasts" },
    state.toasts.map((message) =>
      h("div", { class: "toast", key: message.id }, icon("info", "h-5 w-5 text-ooRed"), h("p", { class: "text-sm" }, message.text)),
    ),
  );
}
