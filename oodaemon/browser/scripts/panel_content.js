// Made with what finds and remembers, the state reader and the finder of controls. Everything the open panel holds, in the order of the page: each control with the heading above it, its
// label or caption, and what it shows; and the rows of the leg builder. `asked` are elements that were set on purpose, and so are those
// at `places`; see controls.js. With `keep` the content is remembered in the page as that of the freshly opened panel, and so are its red lines; the answer holds
// both, and what is shown at the places. Without a panel, or with a place that is not plain, it holds no content.
(queries, pageState, controls, problems) => ([spec, keep, places], [panel, ...asked]) => {
  const { find, first: firstOf, describe } = controls(spec.selected);
  const reached = places.map(find), shown = reached.map(describe);
  panel = panel || firstOf(spec.dialog, document)?.node;
  if (!panel || reached.some((each) => each === null)) return { before: null, after: null, shown };
  reached.forEach(({ node, parts }, i) => {
    for (const names of places[i].asked) {
      const part = names.find((name) => name === "" || parts[name]);
      if (part !== undefined) asked = [...asked, part === "" ? node : parts[part].node];
    }
  });
  const squeeze = (words) => words.replace(/[\s\u00a0]+/g, " ").trim();
  const text = (node) => squeeze(node ? node.textContent : "");
  const own = (node) => squeeze([...node.childNodes].filter((child) => child.nodeType === Node.TEXT_NODE).map((child) => child.textContent).join(" "));
  queries.check();
  const first = (alternatives) => {
    for (const selector of alternatives) {
      const found = queries.query(selector, panel);
      if (found.length) return found;
    }
    return [];
  };
  const isOn = (button) => {
    const said = button.getAttribute("aria-checked") || button.getAttribute("aria-pressed");
    return said ? said === "true" : spec.selected.some((name) => button.classList.contains(name));
  };
  const headings = new Set(first(spec.headings)), rows = first(spec.panelLegRows), ignored = first(spec.ignored);
  const left = new Set([...rows, ...ignored]), aboveHeadings = new Set();
  for (const heading of headings) for (let node = heading; node && node !== panel; node = node.parentElement) aboveHeadings.add(node);
  const isLeft = (control) => {
    for (let node = control; node && node !== panel; node = node.parentElement) if (left.has(node)) return true;
    return left.has(panel);
  };
  const captionOf = (button) => {
    const beside = button.nextElementSibling;
    if (!beside) return "";
    const parts = [beside, ...beside.querySelectorAll("*")].filter((node) => !node.closest(".tooltip")).map(own);
    return parts.find((part) => part) || "";
  };
  // The label beside a control or beside what encloses it, never beyond the heading of its section.
  const labelOf = (control) => {
    for (let node = control; node && node !== panel; node = node.parentElement) {
      if (aboveHeadings.has(node)) return "";
      for (let before = node.previousElementSibling; before; before = before.previousElementSibling) {
        if (before.tagName === "LABEL") return own(before);
        if (before.matches("button[role=switch]")) return captionOf(before);
      }
    }
    return "";
  };
  const entry = (control) => {
    if (control.tagName === "BUTTON") {
      if (control.getAttribute("role") === "switch") return [captionOf(control), isOn(control) ? "on" : "off"];
      if (control.getAttribute("aria-haspopup") === "listbox") return [labelOf(control), text(control)];
      return text(control) ? [`button ${text(control)}`, isOn(control) ? "on" : "off"] : null;
    }
    if (control.tagName === "SELECT") return [labelOf(control), control.selectedOptions[0] ? text(control.selectedOptions[0]) : ""];
    if (control.type === "checkbox" || control.type === "radio") return [labelOf(control), control.checked ? "on" : "off"];
    return [labelOf(control), control.value];
  };
  const isAsked = (control) => asked.some((node) => node === control || node.contains(control));
  const entries = [], counts = {};
  let section = "";
  for (const node of panel.querySelectorAll("*")) {
    if (headings.has(node)) {
      const name = text(node);
      counts[name] = (counts[name] || 0) + 1;
      section = counts[name] > 1 ? `${name} (${counts[name]})` : name;
    } else if (node.matches("input, textarea, select, button") && !isLeft(node)) {
      const found = entry(node);
      if (found) entries.push([section, ...found, isAsked(node)]);
    }
  }
  const content = { entries, legs: pageState(spec, true) };
  // What a row says by the look of its buttons alone: which are on, what is linked, what a padlock holds.
  content.marks = rows.map((row) => [...row.querySelectorAll("button, svg")].map((node) => `${text(node)} ${node.getAttribute("class") || ""}`));
  if (keep || !window.__ooFresh) window.__ooFresh = content;
  if (keep) window.__ooRed = problems([spec.selected, spec.dialog], [panel]).red;
  window.__ooFilled = content;
  return { before: window.__ooFresh, after: content, shown };
}
