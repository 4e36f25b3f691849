// The list of saved tests.

import * as api from "./api.js";
import { go } from "./app.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { openPanel } from "./panel.js";
import { changed, number, state } from "./store.js";

const COLUMNS = ["Name", "Underlying", "Dates", "P/L", "Avg Trade", "Win Rate", "PCR", "CAGR", "Max DD", "MAR"];

export async function loadTests() {
  state.tests = (await api.get("Tests")).data;
  changed();
}

function nameLink(test) {
  const href = `/test/${test.id}`;
  const open = (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    go(href);
  };
  return h("a", { href, class: "testName", onClick: open }, test.name);
}

function filterBox(value) {
  return h(
    "button",
    { id: `headlessui-listbox-button-${number()}`, type: "button", class: "selectInput", "aria-haspopup": "listbox" },
    h("span", { class: "block truncate" }, value),
    icon("updown", "h-4 w-4"),
  );
}

function choice(text, view) {
  const onClick = () => {
    state.view = view;
    changed();
  };
  return h("span", { class: `viewChoice ${state.view === view ? "text-ooGold" : "text-gray-300"}`, onClick }, text);
}

function searchBar() {
  return h(
    "div",
    { class: "flex items-center gap-4 pb-6" },
    h("input", {
      class: "input search",
      type: "text",
      placeholder: "Search...",
      value: state.search,
      onInput: (event) => {
        state.search = event.target.value;
        changed();
      },
    }),
    filterBox("P/L"),
    filterBox("No Tags Selected"),
    choice("Cards", "cards"),
    choice("Table", "table"),
    h("div", { class: "grow" }),
    h("button", { type: "button", class: "btn-primary", onClick: () => openPanel(null) }, "+ New Backtest"),
  );
}

const tag = (test) => h("span", { class: "rounded-full tag" }, test.ticker === "SPX" ? "Index" : "Stock");

function card(test) {
  return h(
    "div",
    { class: "testCard", key: test.id },
    h("div", { class: "flex items-center gap-2" }, nameLink(test), tag(test)),
    h("p", { class: "text-sm text-gray-300" }, test.description),
    h("p", { class: "text-sm" }, `${test.ticker} · ${test.dates}`),
    h(
      "dl",
      { class: "testFigures" },
      test.figures.map(([label, text]) => h("div", {}, h("dt", {}, label), h("dd", { class: colour(text) }, text))),
    ),
  );
}

const colour = (text) => (text.startsWith("-") ? "text-ooRed" : "");

function testRow(test) {
  return h(
    "tr",
    { key: test.id },
    h("td", {}, nameLink(test), " ", tag(test)),
    h("td", {}, test.ticker),
    h("td", {}, test.dates),
    test.figures.map(([, text]) => h("td", { class: colour(text) }, text)),
  );
}

function table(tests) {
  return h(
    "table",
    { class: "testTable", key: "table" },
    h("thead", {}, h("tr", {}, COLUMNS.map((text) => h("th", {}, text)))),
    h("tbody", {}, tests.map(testRow)),
  );
}

export function testList() {
  const wanted = state.search.trim().toLowerCase();
  const tests = (state.tests ?? [])
    .filter((test) => test.name.toLowerCase().includes(wanted))
    .sort((one, other) => other.sort - one.sort);
  return h(
    "div",
    {},
    searchBar(),
    state.view === "table" ? table(tests) : h("div", { class: "testCards", key: "cards" }, tests.map(card)),
  );
}
