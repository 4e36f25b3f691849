// One drawing per kind of field. A row of the server's table says everything about a field; nothing here knows a name.

import { calendar, tidyDate } from "./calendar.js";
import { h } from "./dom.js";
import { hinted, icon } from "./icons.js";
import { listbox } from "./listbox.js";
import { number, state } from "./store.js";
import { choose, isMet, type } from "./values.js";

const WEEKDAYS = ["M", "Tu", "W", "Th", "F"];

const values = () => state.panel.values;

export function field(row) {
  if (!isMet(row.needs)) return null;
  return h("div", { class: row.group || null, key: row.key }, DRAW[row.kind](row), problem(row.key));
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

function isDisabled(row) {
  return Boolean(row.enabled_by) && !isMet(row.enabled_by);
}

function input(row, more = {}) {
  return h("input", {
    class: "input",
    type: "text",
    required: row.required,
    disabled: isDisabled(row),
    value: values()[row.key],
    onInput: (event) => type(row.key, event.target.value),
    ...more,
  });
}

function numeric(row) {
  const box = input(row, { inputmode: "decimal", pattern: state.panel.schema.patterns[row.kind] });
  const append = row.append && h("div", { class: "append-label" }, row.append);
  return [label(row), h("div", { class: "mt-1 relative" }, box, append, row.units.length > 0 && units(row))];
}

function units(row) {
  const key = `${row.key}_unit`;
  if (row.native_units) {
    return h("div", { class: "append-button" }, select(row.units.map(([symbol]) => symbol), key, "selectInput selectInput--nested"));
  }
  const options = row.units.map(([symbol, text]) => ({ value: symbol, text }));
  return h("div", { class: "append-button" }, listbox(key, values()[key], options, (value) => choose(key, value), true));
}

function select(options, key, classes) {
  return h(
    "select",
    { class: classes, value: values()[key], onChange: (event) => choose(key, event.target.value) },
    options.map((option) => h("option", { value: option, selected: option === values()[key] }, option)),
  );
}

function date(row) {
  const box = input(row, {
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

function time(row) {
  const box = input(row, {
    type: "time",
    step: "60",
    onBlur: (event) => type(row.key, event.target.value.slice(0, 5)),
  });
  return [label(row), h("div", { class: "mt-1" }, box)];
}

function toggleButton(row, more) {
  const isOn = values()[row.key] === true;
  return h(
    "button",
    {
      id: `headlessui-switch-${number()}`,
      type: "button",
      role: "switch",
      class: `toggle ${isOn ? "bg-ooGreen" : "bg-ooGray"}`,
      disabled: isDisabled(row),
      onClick: () => choose(row.key, !isOn),
      ...more(isOn),
    },
    h("span", { class: `toggleBall ${isOn ? "translate-x-5" : "translate-x-0"}`, "aria-hidden": "true" }),
  );
}

function toggle(row) {
  const id = `headlessui-label-${number()}`;
  const classes = `toggleDescription ml-3${isDisabled(row) ? " toggleDescription--disabled" : ""}`;
  const caption = h(
    "span",
    { id, class: row.key === "use_floating_entry" ? `${classes} text-ooOrange` : classes },
    ` ${row.label} `,
  );
  const button = toggleButton(row, (isOn) => ({ "aria-checked": String(isOn), "aria-labelledby": id }));
  return h("div", { class: "flex items-center" }, button, caption, row.tooltip && hinted(icon("info", "h-4 w-4"), row.tooltip));
}

function inline(row) {
  const [before, after] = row.label.split("[]");
  const key = `${row.key}_value`;
  const box = h("input", {
    class: "input input--inline",
    type: "text",
    inputmode: "decimal",
    pattern: state.panel.schema.patterns.signed,
    required: values()[row.key],
    value: values()[key],
    onInput: (event) => type(key, event.target.value),
  });
  const caption = h("div", { class: "ml-3" }, h("div", { class: "toggleDescription" }, before, box, after));
  return h("div", { class: "flex items-center" }, toggleButton(row, () => ({})), caption);
}

function listed(row) {
  const options = row.options.map((option) => ({ value: option, text: option }));
  const box = listbox(row.key, values()[row.key], options, (value) => choose(row.key, value));
  return [label(row), h("div", { class: "mt-1 relative" }, box)];
}

function weekdays(row) {
  const days = new Set(values()[row.key].split(",").filter(Boolean));
  const flip = (day) => {
    if (!days.delete(day)) days.add(day);
    choose(row.key, [...days].sort().join(","));
  };
  const button = (text, index) => {
    const day = String(index + 1);
    const classes = `dayButton ${days.has(day) ? "bg-ooGreen" : ""}`;
    return h("button", { type: "button", class: classes, onClick: () => flip(day) }, text);
  };
  return h("div", { class: "flex gap-2" }, WEEKDAYS.map(button));
}

function area(row) {
  const box = h("textarea", {
    class: "input mt-1",
    rows: "3",
    required: row.required,
    value: values()[row.key],
    onInput: (event) => type(row.key, event.target.value),
  });
  return [label(row), box];
}

const DRAW = {
  date,
  time,
  toggle,
  inline,
  weekdays,
  int: numeric,
  decimal: numeric,
  signed: numeric,
  text: area,
  listbox: listed,
  select: (row) => [label(row), h("div", { class: "mt-1 relative" }, select(row.options, row.key, "selectInput"))],
  file: (row) => [label(row), h("div", { class: "mt-1" }, h("input", { type: "file", class: "input" }))],
};
