// Scrolls what the list of saved tests stands in to its last test. Whether that moved anything, how many tests the page says there are
// (null when it says nothing), and what it shows now, to be told from what comes then.
(alternatives) => {
  const query = (selector) => {
    if (!selector.startsWith("xpath/")) return [...document.querySelectorAll(selector)];
    const found = document.evaluate(selector.slice("xpath/".length), document, null, XPathResult.ORDERED_NODE_SNAPSHOT_TYPE, null);
    return Array.from({ length: found.snapshotLength }, (_, i) => found.snapshotItem(i));
  };
  const links = alternatives.map(query).find((found) => found.length) || [], last = links[links.length - 1];
  let isMoved = false;
  for (let node = last && last.parentElement; node; node = node.parentElement) {
    const isScrolling = node === document.scrollingElement || /auto|scroll/.test(getComputedStyle(node).overflowY);
    if (!isScrolling || node.scrollHeight <= node.clientHeight + 1) continue;
    const before = node.scrollTop;
    node.scrollTop = Math.min(before + node.clientHeight * 0.9, node.scrollHeight);
    isMoved = isMoved || node.scrollTop > before + 1;
  }
  const count = /\bshowing\s+[\d,]+\s*(?:to|-|–)\s*[\d,]+\s+of\s+([\d,]+)/i.exec(document.body.innerText.replace(/\s+/g, " "));
  window.__ooList = undefined;
  return { isMoved, total: count ? Number(count[1].replace(/,/g, "")) : null, content: JSON.stringify(links.map((link) => link.getAttribute("href"))) };
}
