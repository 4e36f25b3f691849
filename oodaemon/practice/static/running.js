// While a backtest runs: the popup, what stays on the page meanwhile, and the result that takes its place.

import * as api from "./api.js";
import { go, guarded } from "./app.js";
import { h } from "./dom.js";
import { blockScript } from "./faults.js";
import { spinner } from "./icons.js";
import { changed, number, state } from "./store.js";
import { toast } from "./toast.js";

const LATE_SECONDS = 0.75;
const TICK_SECONDS = 0.25;
const NEW_PATH = "/test/unsaved";
const MAINTENANCE = "Due to system maintenance, tests cannot be completed at this time. Please try again later.";

export async function follow(started) {
  stopRunning();
  const settings = (await api.get("Settings")).data;
  const faults = new Set(started.faults);
  const running = { n: started.n, isShown: false, endsAt: Date.now() + started.seconds * 1000, faults };
  state.running = running;
  if (!/^\/(test|share)\//.test(state.path)) {
    history.pushState(null, "", NEW_PATH);
    state.path = NEW_PATH;
  }
  state.page ??= { saved: null, isUnsaved: true, result: null, tab: "Summary" };
  state.page.stale = null;
  state.page.notice = null;
  const keeps = ["late_popup", "stale_page", "error_toast"].some((name) => faults.has(name));
  state.page.hidesResult = settings.stale === "none" && !keeps;
  if (settings.stale === "heading") Object.assign(state.page, { isUnsaved: true, summary: started.summary });
  changed();
  if (settings.popup) popUp(running, popupDelay(settings, faults));
  if (faults.has("blocked_script")) blockScript();
  if (faults.has("redirect_to_list")) leaveHalfWay(running, started.seconds);
  await guarded(() => wait(running, settings));
}

function popupDelay(settings, faults) {
  if (faults.has("late_popup")) return settings.late_seconds;
  return settings.popup_delay + (settings.stale === "figures" ? LATE_SECONDS : 0);
}

async function leaveHalfWay(running, seconds) {
  await api.pause(seconds / 2);
  if (state.running === running) go("/dashboard/tests");
}

async function popUp(running, seconds) {
  await api.pause(seconds);
  running.isShown = true;
  while (state.running === running) {
    changed();
    await api.pause(TICK_SECONDS);
  }
}

async function wait(running, settings) {
  let data = { is_running: true };
  while (data.is_running && state.running === running) {
    data = (await api.get(`Backtests/${running.n}`)).data;
  }
  if (state.running !== running || running.faults.has("endless_popup")) return;
  state.running = null;
  finish(running, data.result, settings);
  changed();
}

function finish({ n, faults }, result, settings) {
  const { page } = state;
  page.hidesResult = false;
  if (faults.has("maintenance_text")) page.notice = MAINTENANCE;
  else if (faults.has("error_toast")) toast("Something went wrong while running the backtest. Please try again.");
  else if (result && faults.has("stale_page")) showLate(page, n, result, settings);
  else if (result) show(page, n, result, settings, faults);
}

function show(page, n, result, settings, faults) {
  Object.assign(page, { isUnsaved: true, n, result, summary: result.summary });
  if (!settings.keep_tab) page.tab = "Summary";
  page.countsSince = settings.count_up || faults.has("count_up") ? performance.now() : null;
}

// The run is over, but its figures, or the whole page, are still those of the one before: for a while, or for good.
async function showLate(page, n, result, settings) {
  const mine = (page.stale = {});
  if (settings.stale_parts === "figures") Object.assign(page, { isUnsaved: true, summary: result.summary });
  if (settings.stale_seconds === 0) return;
  await api.pause(settings.stale_seconds);
  if (state.page !== page || page.stale !== mine) return;
  show(page, n, result, settings, new Set());
  changed();
}

export function stopRunning() {
  state.running = null;
}

export function runningDialog() {
  const { running } = state;
  if (!running?.isShown) return null;
  const seconds = Math.max(Math.ceil((running.endsAt - Date.now()) / 1000), 0);
  return h(
    "div",
    { id: `headlessui-dialog-${number()}`, role: "dialog", "aria-modal": "true", class: "dialog", key: "running" },
    h("div", { id: `headlessui-dialog-overlay-${number()}`, class: "overlay", "aria-hidden": "true" }),
    h(
      "div",
      { class: "popup" },
      spinner(),
      h("h3", { class: "text-lg font-medium text-white" }, "Running Backtest"),
      h("p", { class: "text-sm text-gray-300" }, `ETA: ${seconds === 1 ? "1 second" : `${seconds} seconds`}`),
      h("p", { class: "text-sm text-gray-300" }, "Processing trades"),
    ),
  );
}
