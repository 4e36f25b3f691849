// One drawing per kind of field. A row of the server's table says everything about a field; nothing here knows a name.

import { calendar, tidyDate } from "./calendar.js";
import { h } from "./dom.js";
import { hinted, icon } from "./icons.js";
import { listbox } from "./listbox.js";
import { number, state } from "./store.js";
import { choose, isMet, rebuild, type, useGroups } from "./values.js";

const WEEKDAYS = ["M", "Tu", "W", "Th", "F"];

// A field in its scope: the whole panel, a leg group, or one row of a list.
export function field(row, scope) {
  if (!isMet(row.needs, scope)) return null;
  const text = scope.id === "" && problem(row.key);
  return h("div", { class: row.group || null, key: `${scope.id}${row.key}` }, DRAW[row.kind](row, scope), text);
}

function problem(key) {
  const text = state.panel.problems[key];
  return text && h("p", { class: "mt-1 text-sm text-ooRed" }, text);
}

// The text of a label stands between white space and is followed by its tooltip.
function label(row) {
  return h(
    "label",
    { class: "label" },
    ` ${row.label} `,
    row.optional && h("span", { class: "text-xs text-gray-300" }, "(optional)"),
    row.tooltip && h("span", { class: "has-tooltip" }, icon("info", "h-4 w-4"), h("span", { class: "tooltip" }, row.tooltip)),
  );
}

function isDisabled(row, scope) {
  return Boolean(row.enabled_by) && !isMet(row.enabled_by, scope);
}

function input(row, scope, more = {}) {
  return h("input", {
    class: "input",
    type: "text",
    required: row.required,
    disabled: isDisabled(row, scope),
    value: scope.values[row.key],
    onInput: (event) => type(row.key, event.target.value, scope.values),
    ...more,
  });
}

function numeric(row, scope) {
  const box = input(row, scope, { inputmode: "decimal", pattern: state.panel.schema.patterns[row.kind] });
  const append = row.append && h("div", { class: "append-label" }, row.append);
  return [label(row), h("div", { class: "mt-1 relative" }, box, append, row.units.length > 0 && units(row, scope))];
}

function units(row, scope) {
  const key = `${row.key}_unit`;
  if (row.native_units) {
    return h("div", { class: "append-button" }, select(row.units.map(([symbol]) => symbol), key, scope, "selectInput selectInput--nested"));
  }
  const options = row.units.map(([symbol, text]) => ({ value: symbol, text }));
  return h("div", { class: "append-button" }, listbox(`${scope.id}${key}`, scope.values[key], options, (value) => choose(key, value, scope.values), true));
}

function select(options, key, scope, classes) {
  const current = scope.values[key];
  return h(
    "select",
    { class: classes, value: current, onChange: (event) => choose(key, event.target.value, scope.values) },
    options.map((option) => h("option", { value: option, selected: option === current }, option)),
  );
}

function date(row, scope) {
  const box = input(row, scope, {
    class: row.key === "end_date" ? "input" : "input mt-1",
    placeholder: "MM/DD/YYYY",
    onFocus: () => type("calendar", row.key, state.panel),
    onBlur: () => tidyDate(row.key),
  });
  const popover = state.panel.calendar === row.key && calendar(row.key);
  if (row.key !== "end_date") return [label(row), box, popover];
  const latest = h("button", { type: "button", onClick: () => choose(row.key, state.panel.latest) }, icon("arrow", "h-4 w-4"));
  return [label(row), h("div", { class: "relative mt-1" }, box, h("div", { class: "append-button" }, latest)), popover];
}

function time(row, scope) {
  const box = input(row, scope, {
    type: "time",
    step: "60",
    onBlur: (event) => type(row.key, event.target.value.slice(0, 5), scope.values),
  });
  return [row.label && label(row), h("div", { class: "mt-1" }, box)];
}

function toggleButton(row, scope, more) {
  const isOn = scope.values[row.key] === true;
  const flip = () => {
    if (row.key === "use_leg_groups") useGroups(!isOn);
    choose(row.key, !isOn, scope.values);
  };
  return h(
    "button",
    {
      id: `headlessui-switch-${number()}`,
      type: "button",
      role: "switch",
      class: `toggle ${isOn ? "bg-ooGreen" : "bg-ooGray"}`,
      disabled: isDisabled(row, scope),
      onClick: flip,
      ...more(isOn),
    },
    h("span", { class: `toggleBall ${isOn ? "translate-x-5" : "translate-x-0"}`, "aria-hidden": "true" }),
  );
}

function toggle(row, scope) {
  const id = `headlessui-label-${number()}`;
  const classes = `toggleDescription ml-3${isDisabled(row, scope) ? " toggleDescription--disabled" : ""}`;
  const caption = h(
    "span",
    { id, class: row.key === "use_floating_entry" ? `${classes} text-ooOrange` : classes },
    ` ${row.label} `,
  );
  const button = toggleButton(row, scope, (isOn) => ({ "aria-checked": String(isOn), "aria-labelledby": id }));
  return h("div", { class: "flex items-center" }, button, caption, row.tooltip && hinted(icon("info", "h-4 w-4"), row.tooltip));
}

function inline(row, scope) {
  const [before, after] = row.label.split("[]");
  const key = `${row.key}_value`;
  const box = h("input", {
    class: "input input--inline",
    type: "text",
    inputmode: "decimal",
    pattern: state.panel.schema.patterns.signed,
    required: scope.values[row.key],
    value: scope.values[key],
    onInput: (event) => type(key, event.target.value, scope.values),
  });
  const caption = h("div", { class: "ml-3" }, h("div", { class: "toggleDescription" }, before, box, after));
  return h("div", { class: "flex items-center" }, toggleButton(row, scope, () => ({})), caption);
}

function listed(row, scope) {
  const options = row.options.map((option) => ({ value: option, text: option }));
  const box = listbox(`${scope.id}${row.key}`, scope.values[row.key], options, (value) => choose(row.key, value, scope.values));
  return [row.label && label(row), h("div", { class: "mt-1 relative" }, box)];
}

function weekdays(row, scope) {
  const days = new Set(scope.values[row.key].split(",").filter(Boolean));
  const flip = (day) => {
    if (!days.delete(day)) days.add(day);
    choose(row.key, [...days].sort().join(","), scope.values);
  };
  const button = (text, index) => {
    const day = String(index + 1);
    const classes = `dayButton ${days.has(day) ? "bg-ooGreen" : ""}`;
    return h("button", { type: "button", class: classes, onClick: () => flip(day) }, text);
  };
  return h("div", { class: "flex gap-2" }, WEEKDAYS.map(button));
}

// Two buttons of which one is chosen.
function sides(row, scope) {
  const button = (text) => {
    const classes = `legButton ${scope.values[row.key] === text ? "bg-ooGreen" : ""}`;
    return h("button", { type: "button", class: classes, onClick: () => choose(row.key, text, scope.values) }, text);
  };
  return h("div", { class: "flex gap-2" }, row.options.map(button));
}

// A list of rows of fields, and the link that makes it longer.
function rows(row, scope) {
  const list = scope.values[row.key];
  const more = () => {
    list.push(Object.fromEntries(row.columns.flatMap((column) => [[column.key, column.default], ...unitOf(column)])));
    rebuild();
  };
  const drop = (index) => {
    list.splice(index, 1);
    rebuild();
  };
  const one = (values, index) => {
    const id = `${scope.id}${row.key}-${index}-`;
    const remove = h("button", { type: "button", class: "iconButton", onClick: () => drop(index) }, icon("close", "h-4 w-4 text-ooRed"));
    return h("div", { class: "flex flex-wrap gap-4 items-center", key: id }, row.columns.map((column) => field(column, { id, values })), remove);
  };
  return [list.map(one), h("div", { class: "mt-2 ml-1 link" }, h("button", { type: "button", onClick: more }, row.add))];
}

const unitOf = (column) => (column.units.length ? [[`${column.key}_unit`, column.units[0][0]]] : []);

function area(row, scope) {
  const box = h("textarea", {
    class: "input mt-1",
    rows: "3",
    required: row.required,
    value: scope.values[row.key],
    onInput: (event) => type(row.key, event.target.value, scope.values),
  });
  return [label(row), box];
}

const DRAW = {
  date,
  time,
  toggle,
  inline,
  weekdays,
  sides,
  rows,
  int: numeric,
  decimal: numeric,
  signed: numeric,
  text: area,
  listbox: listed,
  select: (row, scope) => [label(row), h("div", { class: "mt-1 relative" }, select(row.options, row.key, scope, "selectInput"))],
  file: (row) => [label(row), h("div", { class: "mt-1" }, h("input", { type: "file", class: "input" }))],
};
