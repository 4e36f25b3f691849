// The date fields: the month that opens below one that has the focus, and what leaving the field does to its text.

import { h } from "./dom.js";
import { changed, state } from "./store.js";
import { choose, type } from "./values.js";

const MONTHS = "January February March April May June July August September October November December".split(" ");

export function parseDate(text) {
  const match = /^\s*(\d{1,2})\/(\d{1,2})\/(\d{4})\s*$/.exec(text ?? "");
  if (!match) return null;
  const [month, day, year] = match.slice(1).map(Number);
  const date = new Date(year, month - 1, day);
  return date.getMonth() === month - 1 && date.getDate() === day ? date : null;
}

export function dateText(date) {
  const two = (value) => String(value).padStart(2, "0");
  return `${two(date.getMonth() + 1)}/${two(date.getDate())}/${date.getFullYear()}`;
}

// Leaving a date field: a date is written out in full, anything else gives way to the last date there was.
export function tidyDate(key) {
  const { panel } = state;
  if (!panel) return;
  const date = parseDate(panel.values[key]);
  if (date) panel.dates[key] = dateText(date);
  panel.calendar = null;
  type(key, date || panel.values[key] === "" ? (date ? dateText(date) : "") : (panel.dates[key] ?? ""));
}

export function calendar(key) {
  const chosen = parseDate(state.panel.values[key]) ?? parseDate(state.panel.latest);
  const first = new Date(chosen.getFullYear(), chosen.getMonth(), 1);
  const count = new Date(chosen.getFullYear(), chosen.getMonth() + 1, 0).getDate();
  const pick = (day) => {
    const text = dateText(new Date(chosen.getFullYear(), chosen.getMonth(), day));
    state.panel.dates[key] = text;
    state.panel.calendar = null;
    choose(key, text);
  };
  const day = (number) =>
    h(
      "span",
      {
        class: `vc-day-content ${number === chosen.getDate() ? "bg-ooGold text-ooBlack" : ""}`,
        role: "button",
        // The field keeps the focus until the day has been taken.
        onMousedown: (event) => event.preventDefault(),
        onClick: () => pick(number),
      },
      number,
    );
  const blanks = Array.from({ length: first.getDay() }, () => h("span", {}));
  return h(
    "div",
    { class: "vc-popover-content-wrapper is-interactive" },
    h(
      "div",
      { class: "vc-popover-content" },
      h("div", { class: "vc-title" }, `${MONTHS[chosen.getMonth()]} ${chosen.getFullYear()}`),
      h("div", { class: "vc-weeks" }, blanks, Array.from({ length: count }, (_, index) => day(index + 1))),
    ),
  );
}

function daysBefore(date, days) {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() - days);
}

export function chips() {
  const latest = parseDate(state.panel.latest);
  const ranges = [
    ["YTD", new Date(latest.getFullYear(), 0, 1), latest],
    ["Last 30 days", daysBefore(latest, 30), latest],
    ["Last 90 days", daysBefore(latest, 90), latest],
    ["Last year", daysBefore(latest, 365), latest],
    ["Last 2 years", daysBefore(latest, 730), latest],
    ["SPX Dailies", new Date(2022, 4, 16), latest],
    ["Covid Crash", new Date(2020, 1, 19), new Date(2020, 2, 23)],
  ];
  const fill = (start, end) => {
    const { values, dates } = state.panel;
    dates.start_date = values.start_date = dateText(start);
    dates.end_date = dateText(end);
    choose("end_date", dates.end_date);
    changed();
  };
  return h(
    "div",
    { class: "flex flex-wrap gap-2 pb-4", key: "chips" },
    ranges.map(([text, start, end]) => h("span", { class: "rounded-full chip", onClick: () => fill(start, end) }, text)),
  );
}
