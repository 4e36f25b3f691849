// The Trade Log tab: the toolbar, 25 trades to a page, and the file of all of them.

import * as api from "./api.js";
import { guarded } from "./app.js";
import { h } from "./dom.js";
import { hinted, icon } from "./icons.js";
import { changed, state } from "./store.js";
import { toast } from "./toast.js";

const PAGE = 25;
const HEADINGS = ["Opened On", "Opening Price", "Legs", "Premium", "Closing Price", "Closed On", "Closing Cost", "Reason for Close", "P/L"];
const SORTS = ["Opened", "Closed", "P/L", "Max Loss", "Max Profit"];
const FRESH = { sort: "Opened", order: "Desc", filter: "All", reason: "-1", page: 0 };

// Where the server has the trades of what is on show.
const source = () => (state.page.n ? `Backtests/${state.page.n}` : `Tests/${state.page.saved.id}`);

// All trades, once the tab is looked at; until then the first page that came with the result.
async function loadTrades(result) {
  if (result.all || result.isLoading) return;
  result.isLoading = true;
  await guarded(async () => {
    const { status, data } = await api.get(`${source()}/Trades`);
    if (status === 200) result.all = data;
    changed();
  });
}

async function exportLog() {
  await guarded(async () => {
    const { status, data } = await api.get(`${source()}/TradeLog`);
    if (status !== 200) {
      toast("The trade log could not be exported.");
      return;
    }
    const address = URL.createObjectURL(new Blob([data.text], { type: "text/csv;charset=utf-8" }));
    const link = document.createElement("a");
    link.href = address;
    link.download = data.name;
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
  });
}

function chosen(result, view) {
  const rows = (result.all ?? result.trades).filter(
    (trade) =>
      (view.filter === "All" || (view.filter === "Winners") === trade.sort["P/L"] > 0) &&
      (view.reason === "-1" || trade.reason === result.reasons.find(([number]) => String(number) === view.reason)?.[1]),
  );
  if (view.sort === "Opened" && view.order === "Desc") return rows;
  const way = view.order === "Asc" ? 1 : -1;
  const key = (trade) => trade.sort[view.sort];
  return [...rows].sort((one, other) => (key(one) < key(other) ? -way : key(one) > key(other) ? way : 0));
}

function tool(view, name, options) {
  const onChange = (event) => {
    Object.assign(view, { [name]: event.target.value, page: 0 });
    changed();
  };
  return h(
    "select",
    { class: "selectInput selectInput--minimal", key: name, onChange },
    options.map(([value, text]) => h("option", { value, selected: value === view[name] }, text)),
  );
}

const same = (texts) => texts.map((text) => [text, text]);

function toolbar(result, view) {
  const reasons = [["-1", "All"], ...result.reasons.map(([number, text]) => [String(number), text])];
  const tools = [["sort", same(SORTS)], ["order", same(["Asc", "Desc"])], ["filter", same(["All", "Winners", "Losers"])], ["reason", reasons]];
  return h(
    "div",
    { class: "flex items-center gap-4 py-4" },
    tools.map(([name, options]) => tool(view, name, options)),
    h("div", { class: "grow" }),
    hinted(icon("export", "h-6 w-6 link", exportLog), "Export to CSV", "hidden sm:block has-tooltip"),
    h("div", { class: "has-tooltip" }, icon("gear", "h-6 w-6 link"), h("span", { class: "tooltip" }, "Columns")),
  );
}

function tradeRow(trade) {
  const replay = h("button", { type: "button", class: "iconButton" }, icon("play", "h-4 w-4"), h("span", { class: "sr-only" }, "Show Trade Replay"));
  return h(
    "tr",
    {},
    h("td", {}, replay),
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

// `total` is known before all trades are there.
function pager(view, total) {
  const last = Math.max(Math.ceil(total / PAGE) - 1, 0);
  const from = view.page * PAGE;
  const strong = (value) => h("span", { class: "font-semibold" }, value);
  const arrow = (name, page) => {
    const turn = () => {
      view.page = Math.min(Math.max(page, 0), last);
      changed();
    };
    return icon(name, `h-5 w-5 link${page < 0 || page > last || page === view.page ? " opacity-25" : ""}`, turn);
  };
  return h(
    "div",
    { class: "flex items-center gap-2 mt-2" },
    h("p", { class: "text-sm grow" }, "Showing ", strong(total ? from + 1 : 0), " to ", strong(Math.min(from + PAGE, total)), " of ", strong(total), " results"),
    arrow("first", 0),
    arrow("previous", view.page - 1),
    arrow("next", view.page + 1),
    arrow("last", last),
  );
}

export function tradeLog(result) {
  loadTrades(result);
  const view = (result.view ??= { ...FRESH });
  const rows = chosen(result, view);
  const isWhole = view.filter === "All" && view.reason === "-1";
  return h(
    "div",
    { key: "trades" },
    toolbar(result, view),
    h(
      "table",
      { class: "testTable" },
      h("thead", {}, h("tr", {}, h("th", {}), HEADINGS.map((text) => h("th", {}, text)))),
      h("tbody", {}, rows.slice(view.page * PAGE, view.page * PAGE + PAGE).map(tradeRow)),
    ),
    pager(view, isWhole ? result.total : rows.length),
  );
}
