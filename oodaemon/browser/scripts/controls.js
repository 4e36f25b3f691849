// Finds controls of the open panel and says what they show. A place has `steps`, the alternatives of each step from the page to the
// control, and `inside`, those of what matters in it. Found is only what is plain: the first alternative that finds anything finds
// one element, and it is visible. What comes late, is there several times or not at all is null: others find out which.
(selected) => {
  const query = (selector, root) => {
    if (selector.startsWith("css=")) return [...root.querySelectorAll(selector.slice("css=".length))];
    const path = selector.slice("xpath=".length);
    const found = document.evaluate(path.startsWith("/") ? "." + path : path, root, null, XPathResult.ORDERED_NODE_SNAPSHOT_TYPE, null);
    return Array.from({ length: found.snapshotLength }, (_, i) => found.snapshotItem(i)).filter((node) => node.nodeType === Node.ELEMENT_NODE);
  };
  const first = (alternatives, root) => {
    for (const [number, selector] of alternatives.entries()) {
      const found = query(selector, root);
      if (found.length) return { number, node: found.length === 1 ? found[0] : null };
    }
    return null;
  };
  // As Playwright sees it.
  const isVisible = (node) => {
    const { width, height } = node.getBoundingClientRect(), style = getComputedStyle(node);
    return style.display !== "contents" && node.checkVisibility() && style.visibility === "visible" && width > 0 && height > 0;
  };
  const isOn = (node) => {
    const said = node.getAttribute("aria-checked") ?? node.getAttribute("aria-pressed");
    return said === null ? selected.some((name) => node.classList.contains(name)) : said === "true";
  };
  const shown = (node) => ({
    tag: node.tagName,
    role: node.getAttribute("role") || "",
    isOn: isOn(node),
    isDisabled: node.matches(":disabled") || node.closest("[aria-disabled=true]") !== null,
    value: "value" in node ? node.value : "",
    text: node.tagName === "SELECT" ? (node.selectedOptions[0] ? node.selectedOptions[0].textContent : "") : node.innerText || "",
  });
  const find = ({ steps, inside }) => {
    let node = document;
    const numbers = [], parts = {};
    for (const alternatives of steps) {
      const hit = first(alternatives, node);
      if (!hit || !hit.node) return null;
      node = hit.node;
      numbers.push(hit.number);
    }
    if (!isVisible(node)) return null;
    for (const [name, alternatives] of Object.entries(inside)) {
      const hit = first(alternatives, node);
      if (hit && !hit.node) return null;
      if (hit) parts[name] = hit;
    }
    return { node, numbers, parts };
  };
  const describe = (found) => found && {
    ...shown(found.node),
    numbers: found.numbers,
    parts: Object.fromEntries(Object.entries(found.parts).map(([name, hit]) => [name, { ...shown(hit.node), number: hit.number }])),
  };
  // What is missing at first has so many milliseconds to come.
  const wait = (places, patience) => new Promise((resolve) => {
    const look = (isLast) => {
      const found = places.map(find);
      if (!isLast && found.some((each) => each === null)) return;
      observer.disconnect();
      clearTimeout(timer);
      resolve(found.map(describe));
    };
    const observer = new MutationObserver(() => look(false)), timer = setTimeout(() => look(true), patience);
    observer.observe(document, { subtree: true, childList: true, attributes: true });
    look(false);
  });
  return { find, first, describe, wait };
}
