// Finds elements by a selector in the Recorder's syntax, and remembers what it found for as long as the page does not change: what an
// XPath finds, and a CSS selector without a pseudo-class, depends on the tree, the attributes and the texts alone, and an observer hears
// of each change of these. `remembered` makes the same of any function of a node that depends on nothing else. Whether something is
// visible, and what a field holds, changes unheard: that is never remembered. `changes` counts how often something was heard.
() => {
  const OLDEST = 1000; // milliseconds, whatever is heard or not
  let found = new Map(), since = performance.now(), generation = {}, heard = 0;
  const forget = () => { found = new Map(); generation = {}; since = performance.now(); };
  const observer = new MutationObserver(() => { heard += 1; forget(); });
  observer.observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
  const changes = () => { if (observer.takeRecords().length) { heard += 1; forget(); } return heard; };
  const check = () => { changes(); if (performance.now() - since > OLDEST) forget(); };
  const look = (selector, root) => {
    if (!selector.startsWith("xpath/")) return [...root.querySelectorAll(selector)];
    const path = selector.slice("xpath/".length);
    const nodes = document.evaluate(path.startsWith("/") ? "." + path : path, root, null, XPathResult.ORDERED_NODE_SNAPSHOT_TYPE, null);
    return Array.from({ length: nodes.snapshotLength }, (_, i) => nodes.snapshotItem(i));
  };
  const query = (selector, root) => {
    if (!selector.startsWith("xpath/") && selector.includes(":")) return look(selector, root);
    let known = found.get(root);
    if (!known) found.set(root, known = new Map());
    if (!known.has(selector)) known.set(selector, look(selector, root));
    return known.get(selector);
  };
  const remembered = (of) => {
    let answers = new WeakMap(), current = generation;
    return (node) => {
      if (!node) return of(node);
      if (current !== generation) { answers = new WeakMap(); current = generation; }
      if (!answers.has(node)) answers.set(node, of(node));
      return answers.get(node);
    };
  };
  return { query, remembered, check, forget, changes };
}
