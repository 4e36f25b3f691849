// While a backtest runs: the popup, what stays on the page meanwhile, and the result that takes its place.

import * as api from "./api.js";
import { guarded } from "./app.js";
import { h } from "./dom.js";
import { spinner } from "./icons.js";
import { changed, number, state } from "./store.js";

const LATE_SECONDS = 0.75;
const TICK_SECONDS = 0.25;
const NEW_PATH = "/test/unsaved";

export async function follow(started) {
  stopRunning();
  const settings = (await api.get("Settings")).data;
  const running = { n: started.n, isShown: false, endsAt: Date.now() + started.seconds * 1000 };
  state.running = running;
  if (!state.path.startsWith("/test/")) {
    history.pushState(null, "", NEW_PATH);
    state.path = NEW_PATH;
  }
  state.page ??= { saved: null, isUnsaved: true, result: null, tab: "Summary" };
  state.page.hidesResult = settings.stale === "none";
  if (settings.stale === "heading") Object.assign(state.page, { isUnsaved: true, summary: started.summary });
  changed();
  if (settings.popup) popUp(running, settings.popup_delay + (settings.stale === "figures" ? LATE_SECONDS : 0));
  await guarded(() => wait(running, settings));
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
  if (state.running !== running) return;
  state.running = null;
  const { page } = state;
  page.hidesResult = false;
  if (data.result) {
    Object.assign(page, { isUnsaved: true, n: running.n, result: data.result, summary: data.result.summary });
    if (!settings.keep_tab) page.tab = "Summary";
    page.countsSince = settings.count_up ? performance.now() : null;
  }
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
