// Follows a stream of server-sent events and puts the fragments it brings into the page, by the id of their element.
// Sleeps while nobody looks: browsers allow few connections to one address.
import { holds, update } from "./update.js";

export function follow(path) {
  if (!path || !window.EventSource) return;
  const state = document.getElementById("live-state");
  const show = (word, isLive) => {
    if (!state) return;
    state.hidden = false;
    state.textContent = word;
    state.classList.toggle("is-live", isLive);
  };
  let source = null;
  const open = () => {
    if (source || document.hidden) return;
    source = new EventSource(path + window.location.search);
    source.addEventListener("open", () => show("live", true));
    source.addEventListener("error", () => {
      show("not connected", false);
      if (source.readyState === EventSource.CLOSED) { source = null; window.setTimeout(open, 5000); }
    });
    source.addEventListener("patch", (event) => patch(JSON.parse(event.data)));
    source.addEventListener("prepend", (event) => document.dispatchEvent(new CustomEvent("prepend", { detail: JSON.parse(event.data) })));
    source.addEventListener("bye", () => show("the daemon stops", false));
  };
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) { source?.close(); source = null; } else open();
  });
  window.addEventListener("pagehide", () => { source?.close(); source = null; });
  window.addEventListener("pageshow", open);
  open();
}

const shown = new Map();
const held = new Map();

export function patch(fragments) {
  for (const [id, html] of Object.entries(fragments)) {
    held.delete(id);
    const element = document.getElementById(id);
    if (!element || shown.get(id) === html) continue;
    const made = document.createElement("template");
    made.innerHTML = html;
    const fresh = document.importNode(made.content, true);
    if (isWrittenIn(element, fresh)) {
      held.set(id, html);
      continue;
    }
    update(element, fresh);
    shown.set(id, html);
  }
  document.dispatchEvent(new CustomEvent("patched", { detail: Object.keys(fragments) }));
}

// Somebody is in a field that is no longer there: what they do is worth more than what is new, which waits until they leave it.
function isWrittenIn(element, fresh) {
  const active = document.activeElement;
  return element.contains(active) && /^(INPUT|SELECT|TEXTAREA)$/.test(active.tagName) && !holds(fresh, active);
}

document.addEventListener("focusout", () => window.setTimeout(() => { if (held.size) patch(Object.fromEntries(held)); }));
