// The drawings, as paths in a square of 24.

import { h } from "./dom.js";

const PATHS = {
  plus: "M12 4.5v15m7.5-7.5h-15",
  close: "M5.47 5.47a.75.75 0 0 1 1.06 0L12 10.94l5.47-5.47a.75.75 0 1 1 1.06 1.06L13.06 12l5.47 5.47a.75.75 0 1 1-1.06 1.06L12 13.06l-5.47 5.47a.75.75 0 0 1-1.06-1.06L10.94 12 5.47 6.53a.75.75 0 0 1 0-1.06Z",
  check: "m4.5 12.75 6 6 9-13.5",
  info: "M11.25 11.25h.75v4.5h.750M12 8.25h.01M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0Z",
  warning: "M12 9v3.75m-9.3 3.4c-.87 1.5.21 3.35 1.94 3.35h14.72c1.73 0 2.81-1.85 1.94-3.35L13.95 3.4c-.87-1.5-3.03-1.5-3.9 0L2.7 16.15ZM12 15.75h.01",
  updown: "M8.25 15 12 18.75 15.75 15m-7.5-6L12 5.25 15.75 9",
  arrow: "M13.5 4.5 21 12m0 0-7.5 7.5M21 12H3",
  pencil: "m16.9 4.5 2.6 2.6M5 19l1-4L17.5 3.5l3 3L9 18l-4 1Z",
  trash: "M5 7h14M10 7V4h4v3m-7 0 1 13h8l1-13",
  clock: "M12 6v6h4.5m4.5 0a9 9 0 1 1-18 0 9 9 0 0 1 18 0Z",
  save: "M12 10.5v6m3-3H9M5 3h9l5 5v13H5V3Z",
  link: "M19.902 4.098a3.75 3.75 0 0 0-5.304 0l-4.5 4.5a3.75 3.75 0 0 0 1.035 6.037.75.75 0 0 1-.646 1.353 5.25 5.25 0 0 1-1.449-8.45l4.5-4.5a5.25 5.25 0 1 1 7.424 7.424l-1.757 1.757a.75.75 0 1 1-1.06-1.06l1.757-1.757a3.75 3.75 0 0 0 0-5.304Z",
  lock: "M12 1.5a5.25 5.25 0 0 0-5.25 5.25v3a3 3 0 0 0-3 3v6.75a3 3 0 0 0 3 3h10.5a3 3 0 0 0 3-3v-6.75a3 3 0 0 0-3-3v-3c0-2.9-2.35-5.25-5.25-5.25Zm3.75 8.25v-3a3.75 3.75 0 1 0-7.5 0v3h7.5Z",
  export: "M12 3v12m0 0-4-4m4 4 4-4M4 17v4h16v-4",
  gear: "M12 9a3 3 0 1 1 0 6 3 3 0 0 1 0-6Zm0-6v3m0 12v3m9-9h-3M6 12H3m15.4-6.4-2.2 2.2M7.8 16.2l-2.2 2.2m12.8 0-2.2-2.2M7.8 7.8 5.6 5.6",
  first: "m18.75 19.5-7.5-7.5 7.5-7.5m-6 15L5.25 12l7.5-7.5",
  previous: "M15.75 19.5 8.25 12l7.5-7.5",
  next: "m8.25 4.5 7.5 7.5-7.5 7.5",
  last: "m5.25 4.5 7.5 7.5-7.5 7.5m6-15 7.5 7.5-7.5 7.5",
  play: "M8 5v14l11-7L8 5Z",
  chat: "M4 5h16v11H9l-5 4V5Z",
};

export function icon(name, classes = "h-5 w-5", onClick = undefined) {
  return h(
    "svg",
    {
      class: classes,
      viewBox: "0 0 24 24",
      fill: "none",
      stroke: "currentColor",
      "stroke-width": "1.5",
      "aria-hidden": "true",
      ...(onClick && { onClick }),
    },
    h("path", { d: PATHS[name], "stroke-linecap": "round", "stroke-linejoin": "round" }),
  );
}

export function spinner() {
  return h(
    "svg",
    { class: "animate-spin h-10 w-10 text-ooGold", viewBox: "0 0 24 24", fill: "none", role: "status" },
    h("circle", { class: "opacity-25", cx: "12", cy: "12", r: "10", stroke: "currentColor", "stroke-width": "4" }),
    h("path", { d: "M12 2a10 10 0 0 1 10 10", stroke: "currentColor", "stroke-width": "4" }),
  );
}

// An icon that explains itself when pointed at.
export function hinted(drawing, text, classes = "has-tooltip inline-flex") {
  return h("div", { class: classes }, drawing, h("span", { class: "tooltip" }, text));
}
