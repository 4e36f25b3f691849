// "still" once everything in the panel has stood still for so many seconds: late prefilling is over, debounced fields have spoken.
// "gone" when there is no panel any more. Waits with another `token` are others: what one saw does not count for the next.
// With `patience`, a field that must not be blank and is has that many seconds to be prefilled.
// Made with what finds and remembers, see queries.js.
(queries) => ([selectors, seconds, patience, token]) => {
  queries.check();
  const panel = selectors.map((selector) => queries.query(selector, document)[0]).find((node) => node) || null;
  const controls = panel ? queries.query("input, textarea, select, button", panel) : [];
  const content = JSON.stringify(controls.map((node) => [node.value, node.checked, node.getAttribute("aria-checked"), node.textContent]));
  const last = window.__ooForm || {};
  if (last.token !== token || last.content !== content || last.panel !== panel) {
    window.__ooForm = { token, content, panel, since: performance.now() };
    return null;
  }
  if (performance.now() - last.since < seconds * 1000) return null;
  const isBlank = controls.some((node) => node.required && !node.value && node.type !== "file");
  if (panel && isBlank && performance.now() - last.since < patience * 1000) return null;
  return panel ? "still" : "gone";
}
