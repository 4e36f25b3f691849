// The page of a test: configuration cards, metric cards, tabs.

import * as api from "./api.js";
import { drawBars, drawLine } from "./chart.js";
import { h } from "./dom.js";
import { blockScript } from "./faults.js";
import { hinted, icon } from "./icons.js";
import { metricBlocks } from "./metrics.js";
import { openPanel } from "./panel.js";
import { edit, removeTest } from "./saved.js";
import { changed, state } from "./store.js";
import { tradeLog } from "./trades.js";

export function showTest(test) {
  const { id, name, description, faults, ...result } = test;
  state.isAnnounced = faults.includes("announcement");
  state.isAlerted = faults.includes("alert_icon");
  if (faults.includes("blocked_script")) blockScript();
  state.page = { saved: { id, name, description, result }, isUnsaved: false, result, summary: result.summary, tab: "Summary" };
  changed();
}

// A saved test is what its own page says; an unsaved result may be prefilled from either, which the server decides.
async function newBacktest() {
  const { page } = state;
  const { data } = await api.get("Settings");
  const source = page.isUnsaved && page.saved && !data.panel_from_result ? page.saved.result : page.result;
  openPanel(source?.state ?? null);
}

function shareLink(id) {
  const copy = (event) => {
    event.preventDefault();
    navigator.clipboard?.writeText(new URL(`/share/${id}`, location.href).href).catch(() => {});
  };
  const link = h("a", { href: `/share/${id}`, onClick: copy }, icon("link", "h-4 w-4"));
  return h("span", { class: "has-tooltip inline-flex" }, link, h("span", { class: "tooltip" }, "Copy shared URL to clipboard"));
}

function heading() {
  const { page } = state;
  const buttons = page.isUnsaved
    ? [hinted(icon("clock"), "View recent test runs"), hinted(icon("save"), "Save")]
    : [
        h("button", { type: "button", class: "btn-strategy" }, "Create Automated Strategy"),
        hinted(icon("pencil", "h-5 w-5 link", edit), "Edit"),
        hinted(icon("trash", "h-5 w-5 link", removeTest), "Remove"),
      ];
  return h(
    "div",
    { class: "flex items-center gap-4 pb-4", key: page.isUnsaved ? "unsaved" : "saved" },
    h(
      "div",
      { class: "grow" },
      h(
        "h1",
        { id: "message-heading", class: "text-2xl font-semibold" },
        h("span", { class: page.isUnsaved ? "italic" : null }, page.isUnsaved ? "Unsaved Backtest" : page.saved.name),
      ),
      !page.isUnsaved && shareLink(page.saved.id),
      h("p", { class: "mt-1 text-sm text-gray-300" }, page.isUnsaved ? "" : page.saved.description),
    ),
    state.isSignedIn && [
      buttons,
      h("button", { type: "button", class: "btn-primary", onClick: newBacktest }, icon("plus", "h-4 w-4"), " New Backtest "),
    ],
  );
}

function configCard(name, ...content) {
  return h("div", { class: "px-4 py-5 bg-ooGray" }, h("dt", { class: "text-sm font-medium text-ooGold" }, name), h("dd", {}, content));
}

function bullets(name, items) {
  return configCard(name, h("ul", { class: "list-disc" }, items.map((item) => h("li", { class: "ml-5" }, item))));
}

// The values of these inputs are properties only, as everything bound to a model.
function legRow(leg) {
  const colour = leg.side === "Sell" ? "bg-ooRed" : "bg-ooGreen";
  const mini = (text, isChosen) => h("button", { type: "button", disabled: true, class: `miniButton ${isChosen ? colour : ""}` }, text);
  const cell = (value, unit) =>
    h(
      "td",
      {},
      h("div", { class: "flex items-center" }, h("input", { class: "miniInput", type: "text", disabled: true, value }), h("div", {}, unit)),
    );
  return h(
    "tr",
    {},
    h("td", {}, mini("S", leg.side === "Sell"), mini("B", leg.side === "Buy")),
    h("td", {}, mini("C", leg.right === "Call"), mini("P", leg.right === "Put")),
    cell(leg.quantity, "QTY"),
    cell(leg.value, leg.unit),
    cell(leg.dte, "DTE"),
  );
}

const legTable = (legs) => h("table", { class: "legTable" }, h("tbody", {}, legs.map(legRow)));

const groupLegs = (group) => h("div", {}, h("div", { class: "text-sm font-semibold" }, group.name), legTable(group.legs));

function configuration(summary) {
  const [from, to] = summary.dates;
  return h(
    "dl",
    { class: "mt-1 grid lg:grid-flow-col" },
    h(
      "div",
      { class: "px-4 py-5 bg-ooGray" },
      h("dt", { class: "text-sm font-medium text-ooGold" }, "Underlying"),
      h("dd", { class: "text-2xl font-semibold" }, summary.underlying),
    ),
    configCard("Dates:", from, h("br"), to),
    configCard("Legs", summary.groups.length ? summary.groups.map(groupLegs) : legTable(summary.legs)),
    bullets("Entry", summary.entry),
    summary.groups.length
      ? summary.groups.map((group) => bullets(`Exit - ${group.name}`, group.exit))
      : bullets("Exit -", summary.exit),
    bullets("Misc", summary.misc),
  );
}

function tabs() {
  const { page } = state;
  const tab = (name) => {
    const classes = page.tab === name ? "border-ooGold text-ooGold" : "border-transparent text-gray-200";
    const onClick = () => {
      page.tab = name;
      changed();
    };
    return h("a", { class: `tab ${classes}`, onClick }, h("span", {}, name));
  };
  return h("nav", { class: "-mb-px flex space-x-8 mt-5" }, tab("Summary"), tab("Trade Log"));
}

function charts(result) {
  const { page } = state;
  const scale = (name) => {
    const isChosen = (page.scale ?? "Linear") === name;
    const onClick = () => {
      page.scale = name;
      changed();
    };
    const classes = `scale ${isChosen ? "bg-ooGold text-ooBlack" : ""}`;
    return h("div", { role: "radio", tabindex: "0", "aria-checked": String(isChosen), class: classes, onClick }, name);
  };
  const isLogarithmic = page.scale === "Logarithmic";
  const key = `${result.state.entry_time}:${state.page.result.cards[0]?.text}:${isLogarithmic}`;
  return h(
    "div",
    { class: "charts", key: "summary" },
    h("div", { role: "radiogroup", class: "flex gap-2" }, scale("Linear"), scale("Logarithmic")),
    h("h3", { class: "text-sm" }, "Funds By Date"),
    h("canvas", { id: "line-chart", key, mounted: (el) => drawLine(el, result.curve, isLogarithmic) }),
    h("h3", { class: "text-sm" }, "Annual Metrics"),
    h("canvas", { id: "bar-chart", key: `bars:${key}`, mounted: (el) => drawBars(el, result.curve) }),
  );
}

function note(summary) {
  const { ignored } = summary;
  return (
    ignored.length > 0 &&
    h("p", { class: "mt-2 text-xs text-gray-300 italic" }, `Without effect on this practice site: ${ignored.join(", ")}.`)
  );
}

// What some versions of the site show instead of the figures of nothing.
function noTrades() {
  return h(
    "div",
    { class: "notice", key: "no-trades" },
    h("p", {}, "No trades were found for this backtest."),
    h("a", { class: "link", href: "/faq" }, "Have a look at the FAQ"),
  );
}

export function resultPage() {
  const { page } = state;
  if (page?.notice) return [h("div", { class: "notice", key: "notice" }, h("p", {}, page.notice))];
  if (!page || page.hidesResult || !page.summary) return [];
  const body = page.result && !page.result.total && page.result.is_screened ? noTrades() : page.result && [
    metricBlocks(page),
    tabs(),
    page.tab === "Summary" ? charts(page.result) : tradeLog(page.result),
  ];
  return [heading(), configuration(page.summary), note(page.summary), body];
}
