// The Trade Log tab: the newest trades of a result.

import { h } from "./dom.js";
import { hinted, icon } from "./icons.js";

const HEADINGS = ["Opened On", "Opening Price", "Legs", "Premium", "Closing Price", "Closed On", "Closing Cost", "Reason for Close", "P/L"];
const TOOLS = [
  ["Opened", "Closed", "P/L", "Max Loss", "Max Profit"],
  ["Desc", "Asc"],
  ["All", "Winners", "Losers"],
];

function tool(options) {
  return h("select", { class: "selectInput selectInput--minimal" }, options.map((option) => h("option", {}, option)));
}

function row(trade) {
  return h(
    "tr",
    {},
    h("td", {}, h("button", { type: "button", class: "iconButton" }, icon("play", "h-4 w-4"), h("span", { class: "sr-only" }, "Show Trade Replay"))),
    h("td", {}, trade.opened),
    h("td", {}, trade.opening_price),
    h("td", {}, trade.legs.map((leg) => h("div", {}, leg))),
    h("td", {}, trade.premium),
    h("td", {}, trade.closing_price),
    h("td", {}, trade.closed),
    h("td", {}, trade.cost),
    h("td", {}, trade.reason),
    h("td", { class: trade.profit.startsWith("-") ? "text-ooRed" : "" }, trade.profit),
  );
}

function footer(result) {
  const shown = result.trades.length;
  const strong = (value) => h("span", { class: "font-semibold" }, value);
  return h("p", { class: "text-sm mt-2" }, "Showing ", strong(shown ? 1 : 0), " to ", strong(shown), " of ", strong(result.total), " results");
}

export function tradeLog(result) {
  const reasons = ["All", ...new Set(result.trades.map((trade) => trade.reason))];
  return h(
    "div",
    { key: "trades" },
    h(
      "div",
      { class: "flex items-center gap-4 py-4" },
      [...TOOLS, reasons].map(tool),
      h("div", { class: "grow" }),
      hinted(icon("gear"), "Columns", "has-tooltip"),
    ),
    h(
      "table",
      { class: "testTable" },
      h("thead", {}, h("tr", {}, h("th", {}), HEADINGS.map((text) => h("th", {}, text)))),
      h("tbody", {}, result.trades.map(row)),
    ),
    footer(result),
  );
}
