// The values of the open panel: reading conditions, and the two ways of changing a value.

import { changed, state } from "./store.js";

// A condition of the server's table: "a|b" is either, "&" between such groups is both, "key=value" compares.
export function isMet(condition, scope) {
  return !condition || condition.split("&").every((either) => either.split("|").some((term) => isTrue(term, scope)));
}

const LIMITS = ["profit_target", "stop_loss"];

function isTrue(term, scope) {
  if (term.startsWith("!")) return !isTrue(term.slice(1), scope);
  const { values } = state.panel;
  const isGrouped = values.use_leg_groups && scope.values === values;
  const legs = scope.values.legs ?? values.legs;
  if (term === "all_0dte") return legs.every((leg) => Number(leg.dte) === 0);
  if (term.startsWith("sells_")) {
    return legs.some((leg) => leg.side === "Sell" && leg.right.toLowerCase() === term.slice("sells_".length));
  }
  const [key, wanted] = term.split("=");
  // Of fields outside of the groups, a limit of any group will do.
  if (isGrouped && LIMITS.includes(key)) return values.groups.some((group) => Boolean(group[key]));
  const value = key in scope.values ? scope.values[key] : values[key];
  return wanted === undefined ? Boolean(value) : value === wanted;
}

// The whole panel as the place where a field's value is kept; leg groups and rows of lists are others.
export const whole = () => ({ id: "", values: state.panel.values });

// Switching to leg groups moves the legs and their exits into a first group; switching back takes them out again.
export function useGroups(isOn) {
  const { values, schema } = state.panel;
  if (isOn) values.groups = [{ ...grouped(values), name: "Group 1", legs: values.legs }];
  else if (values.groups.length) Object.assign(values, grouped(values.groups[0]), { legs: values.groups.flatMap((group) => group.legs), groups: [] });
  if (isOn) Object.assign(values, grouped(schema.blank), { legs: [] });
}

// The values of the sections that every group has of its own.
export function grouped(from) {
  const { schema } = state.panel;
  const keys = schema.fields.filter((row) => schema.grouped.includes(row.home)).map((row) => row.key);
  const all = keys.flatMap((key) => [key, `${key}_unit`, `${key}_value`]).filter((key) => key in from);
  return structuredClone(Object.fromEntries(all.map((key) => [key, from[key]])));
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
  document.querySelectorAll("#headlessui-portal-root .panelBody > div > div > h3").forEach((heading, index) => {
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
  const entries = [values.entry_time, ...(values.more_entry_times ?? []).map((row) => row.time)];
  delete problems.entry_time;
  if (entries.some((entry) => entry && (entry < FIRST || entry > LAST))) problems.entry_time = "Entry time must be between 9:32 AM and 3:59 PM";
  for (const key of Object.keys(problems)) if (key !== "entry_time") delete problems[key];
  return Object.keys(problems).length === 0;
}
