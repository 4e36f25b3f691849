// The visible fields that hold a name, as elements; null while there is none.
([alternatives, name]) => {
  const plain = (words) => words.replace(/[\s\u00a0]+/g, " ").trim();
  const query = (selector) => {
    if (!selector.startsWith("xpath/")) return [...document.querySelectorAll(selector)];
    const found = document.evaluate(selector.slice("xpath/".length), document, null, XPathResult.ORDERED_NODE_SNAPSHOT_TYPE, null);
    return Array.from({ length: found.snapshotLength }, (_, i) => found.snapshotItem(i));
  };
  const isVisible = (node) => node.getClientRects().length > 0 && getComputedStyle(node).visibility !== "hidden";
  for (const selector of alternatives) {
    const found = query(selector).filter((field) => isVisible(field) && !field.disabled && !field.readOnly && plain(field.value || "") === name);
    if (found.length) return found;
  }
  return null;
}
