// The leg builder.

import { h } from "./dom.js";
import { hinted, icon } from "./icons.js";
import { listbox } from "./listbox.js";
import { state } from "./store.js";
import { choose, rebuild, type } from "./values.js";

const TYPES = { Delta: "Δ", "Percentage (OTM)": "%", "Fixed Premium": "$", "Strike Offset": "±" };
const MAX_LEGS = 8;

function fresh(more) {
  return { side: "Sell", right: "Put", quantity: "1", value: "", unit: TYPES[state.panel.legType], dte: "0", child: false, ...more };
}

function insert(legs, at, leg) {
  legs.splice(at, 0, leg);
  rebuild();
}

// Deleting a leg takes the legs with it that follow it.
function drop(legs, index) {
  let count = 1;
  if (!legs[index].child) while (legs[index + count]?.child) count += 1;
  legs.splice(index, count);
  rebuild();
}

function link(legs, index) {
  const leg = legs[index];
  const next = legs[index + 1];
  if (next?.child) choose("child", false, next);
  else if (legs.length < MAX_LEGS) {
    const side = leg.side === "Sell" ? "Buy" : "Sell";
    insert(legs, index + 1, fresh({ side, right: leg.right, dte: leg.dte, unit: "±", child: true }));
  }
}

function choiceButton(leg, key, value) {
  const isChosen = leg[key] === value;
  const colour = isChosen ? (leg.side === "Sell" ? "bg-ooRed" : "bg-ooGreen") : "";
  return h("button", { type: "button", class: `legButton ${colour}`, onClick: () => choose(key, value, leg) }, value);
}

function box(leg, key, kind, more) {
  return h("input", {
    class: key === "value" ? "input w-32" : "input w-24",
    type: "text",
    inputmode: "decimal",
    pattern: state.panel.schema.patterns[kind],
    required: true,
    value: leg[key],
    onInput: (event) => type(key, event.target.value, leg),
    ...more,
  });
}

function appended(leg, key, text) {
  return h("div", { class: "relative w-24" }, box(leg, key, "int"), h("div", { class: "append-label" }, text));
}

function valueBox(leg, key) {
  const options = state.panel.schema.leg_units.map(([symbol, text]) => ({ value: symbol, text }));
  return h(
    "div",
    { class: "relative w-32" },
    box(leg, "value", leg.unit === "±" ? "signed" : "decimal"),
    h("div", { class: "append-button" }, listbox(key, leg.unit, options, (unit) => choose("unit", unit, leg), true)),
  );
}

function iconButton(drawing, classes, onClick) {
  return h("button", { type: "button", class: `iconButton ${classes}`, onClick }, drawing);
}

function builderRow(scope, leg, index) {
  const { legs } = scope.values;
  const hasChild = legs[index + 1]?.child === true;
  const lock = hinted(icon("lock", "h-4 w-4 text-ooGreen"), "Exact Strike Offset: the leg keeps its distance to the one it follows.");
  return h(
    "div",
    { class: `flex flex-wrap gap-2 items-center text-white${leg.child ? " leg--child" : ""}` },
    ["Sell", "Buy"].map((value) => choiceButton(leg, "side", value)),
    ["Call", "Put"].map((value) => choiceButton(leg, "right", value)),
    appended(leg, "quantity", "QTY"),
    valueBox(leg, `${scope.id}leg-${index}`),
    appended(leg, "dte", "DTE"),
    leg.child
      ? h("button", { type: "button", class: "iconButton" }, lock)
      : iconButton(icon("link", "h-4 w-4"), hasChild ? "bg-ooGreen" : "", () => link(legs, index)),
    iconButton(icon("close", "h-4 w-4 text-ooRed"), "", () => drop(legs, index)),
  );
}

function fillStrategy(name) {
  const { values, schema } = state.panel;
  state.panel.strategy = name;
  values.legs = schema.strategies[name].map(([side, right, quantity, value, unit, child]) =>
    fresh({ side, right, quantity: String(quantity), value, unit, child, ...(name.includes("Calendar") && child && { dte: "7" }) }),
  );
  rebuild();
}

function chooser(key, current, names, onChoose) {
  return listbox(key, current, names.map((name) => ({ value: name, text: name })), onChoose);
}

export function strategies() {
  const names = Object.keys(state.panel.schema.strategies);
  return h(
    "div",
    { class: "mt-4 pb-4", key: "strategies" },
    h("label", { class: "label" }, " Common Strategies ", h("span", { class: "text-xs text-gray-300" }, "(optional)")),
    h("div", { class: "mt-1 relative" }, chooser("strategies", state.panel.strategy, names, fillStrategy)),
  );
}

export function legType() {
  const setType = (name) => choose("legType", name, state.panel);
  return h("div", { class: "pb-4", key: "leg-type" }, chooser("leg-type", state.panel.legType, Object.keys(TYPES), setType));
}

export function builder(scope) {
  const { legs } = scope.values;
  return h(
    "div",
    { class: "pb-4", key: `${scope.id}builder` },
    h("div", { class: "space-y-4" }, legs.map((leg, index) => builderRow(scope, leg, index))),
    scope.id === "" && state.panel.problems.legs && h("p", { class: "mt-1 text-sm text-ooRed" }, state.panel.problems.legs),
    h(
      "div",
      { class: "mt-2 ml-1 link" },
      h("button", { type: "button", disabled: legs.length >= MAX_LEGS, onClick: () => insert(legs, legs.length, fresh()) }, "Add Leg"),
    ),
  );
}
