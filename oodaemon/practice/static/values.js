// The values of the open panel: reading conditions, and the two ways of changing a value.

import { changed, state } from "./store.js";

// A condition of the server's table: "a|b" is either, "&" between such groups is both, "key=value" compares.
export function isMet(condition) {
  return !condition || condition.split("&").every((either) => either.split("|").some(isTrue));
}

function isTrue(term) {
  const { values } = state.panel;
  if (term.startsWith("sells_")) {
    return values.legs.some((leg) => leg.side === "Sell" && leg.right.toLowerCase() === term.slice("sells_".length));
  }
  const [key, wanted] = term.split("=");
  return wanted === undefined ? Boolean(values[key]) : values[key] === wanted;
}

// Typing: what is drawn stays where it is.
export function type(key, value, into = state.panel.values) {
  into[key] = value;
  if (state.panel) validate();
  changed();
}

// Choosing: whatever the focus is not in is built anew, so that no element outlives the moment it was found.
export function choose(key, value, into = state.panel.values) {
  into[key] = value;
  validate();
  rebuild();
}

export function rebuild() {
  state.panel.openList = null;
  document.querySelectorAll("#headlessui-portal-root form h3").forEach((heading, index) => {
    const section = heading.parentElement.parentElement;
    if (!section.contains(document.activeElement)) {
      state.panel.builds[index] = (state.panel.builds[index] ?? 0) + 1;
    }
  });
  changed();
}

const FIRST = "09:32";
const LAST = "15:59";

// The page's own checks; the browser does the others when the form is submitted.
export function validate() {
  const { values, problems } = state.panel;
  const entry = values.entry_time;
  delete problems.entry_time;
  if (entry && (entry < FIRST || entry > LAST)) problems.entry_time = "Entry time must be between 9:32 AM and 3:59 PM";
  for (const key of Object.keys(problems)) if (key !== "entry_time") delete problems[key];
  return Object.keys(problems).length === 0;
}
