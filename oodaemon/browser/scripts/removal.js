// What came of a click on Remove: the page of the test was left, or something is asked; null while neither.
([path, alternatives]) => {
  if (location.pathname.replace(/\/+$/, "") !== path) return { kind: "left" };
  const plain = (words) => (words || "").replace(/[\s\u00a0]+/g, " ").trim();
  const query = (selector) => {
    if (!selector.startsWith("xpath/")) return [...document.querySelectorAll(selector)];
    const found = document.evaluate(selector.slice("xpath/".length), document, null, XPathResult.ORDERED_NODE_SNAPSHOT_TYPE, null);
    return Array.from({ length: found.snapshotLength }, (_, i) => found.snapshotItem(i));
  };
  const buttons = (node) => [...node.querySelectorAll("button, [role=button]")].filter((button) => button.getClientRects().length > 0);
  for (const selector of alternatives) {
    const asking = query(selector).filter((node) => buttons(node).length > 0);
    if (asking.length === 0) continue;
    const fields = [...asking[0].querySelectorAll("input, textarea, select")].filter((field) => field.getClientRects().length > 0);
    return { kind: "asked", dialogs: asking.length, words: plain(asking[0].innerText).slice(0, 300), fields: fields.length };
  }
  return null;
}
