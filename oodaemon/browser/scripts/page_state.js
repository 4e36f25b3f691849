// What the page shows now, read in one go. `spec` holds the selectors; nothing here knows the site. Made with what finds and remembers,
// see queries.js. With `isLegs` only the rows of the leg builder are read.
(queries) => {
  const squeeze = (words) => words.replace(/[\u200b-\u200f\u2060\ufeff]/g, "").replace(/[\s\u00a0]+/g, " ").trim();
  const text = queries.remembered((node) => squeeze(node ? node.textContent : ""));
  const isVisible = (node) => node.getClientRects().length > 0 && getComputedStyle(node).visibility !== "hidden";
  const { query } = queries;
  const bare = queries.remembered((node) => {
    if (!node.querySelector(".tooltip")) return text(node);
    const copy = node.cloneNode(true);
    copy.querySelectorAll(".tooltip").forEach((tip) => tip.remove());
    return squeeze(copy.textContent);
  });
  const titleOf = (card) => card.querySelector("dt, h3, h4") || card.firstElementChild;
  // What a card holds: itself, or each of several names in it with what follows that name.
  const partsOf = queries.remembered((card) => {
    const terms = [...card.querySelectorAll("dt")];
    return terms.length < 2 ? [card] : terms.map((term) => {
      const part = document.createElement("div");
      for (let node = term; node && (node === term || node.tagName !== "DT"); node = node.nextElementSibling) part.append(node.cloneNode(true));
      return part;
    });
  });
  // The lines of a card below its title, as <br> and blocks break them.
  const linesOf = queries.remembered((card) => {
    const title = titleOf(card);
    const copy = card.cloneNode(true);
    copy.querySelectorAll(".tooltip").forEach((tip) => tip.remove());
    const head = [...copy.querySelectorAll(title.tagName)].find((node) => squeeze(node.textContent) === bare(title));
    if (head) head.remove();
    copy.querySelectorAll("br, div, p, li, dd").forEach((node) => node.before("\n"));
    return copy.textContent.split("\n").map(squeeze).filter(Boolean);
  });
  const wholeText = queries.remembered((body) => body.textContent.toLowerCase());
  const inDialog = (node) => node.closest("[role=dialog]") !== null;
  // A row of the leg builder or of the Legs card: its buttons, and every input with the unit that stands behind it.
  const rowOf = (row, spec) => {
    const isOn = (button) => button.getAttribute("aria-pressed") === "true" || spec.selected.some((name) => button.classList.contains(name));
    const buttons = {}, cells = [];
    const walker = document.createTreeWalker(row, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (node.nodeType === Node.TEXT_NODE) {
        const word = text(node), last = cells[cells.length - 1];
        if (word && last && !last.unit && !node.parentElement.closest("svg, .tooltip")) last.unit = word;
      } else if (node.tagName === "INPUT") {
        cells.push({ value: node.value, unit: "" });
      } else if (node.tagName === "BUTTON" && ["sell", "buy", "call", "put", "s", "b", "c", "p"].includes(text(node).toLowerCase())) {
        buttons[text(node).toLowerCase()[0]] = isOn(node);
      }
    }
    return { buttons, cells };
  };

  // The name of a leg group stands right above the table of its legs.
  const groupOf = (row) => {
    const table = row.closest("table") || row.parentElement, above = table && table.previousElementSibling;
    return above && !above.querySelector("input, button") && !["DT", "TABLE"].includes(above.tagName) ? text(above) : "";
  };
  // The smallest visible piece of text that holds one of the phrases; outside dialogs, unless they count too; not the line `aside`.
  const lineOf = (phrases, isAnywhere = false, aside = "") => {
    const walker = document.createTreeWalker(document.body || document, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const words = text(node).toLowerCase(), parent = node.parentElement;
      if (phrases.some((phrase) => words.includes(phrase)) && !parent.closest("script, style, .tooltip") && isVisible(parent) && (isAnywhere || !inDialog(parent)) && text(parent) !== aside) {
        return text(parent);
      }
    }
    return "";
  };
  // The messages in a place for messages, each by the element that has the words.
  const messagesOf = (node) => [node, ...node.querySelectorAll("*")]
    .filter((part) => [...part.childNodes].some((child) => child.nodeType === Node.TEXT_NODE && child.textContent.trim()))
    .filter((part, i, parts) => !parts.some((other) => other !== part && other.contains(part)))
    .map(text);
  // A status that takes no room, or tells of trouble, is no sign that something runs.
  const takesRoom = (node) => [node, ...node.querySelectorAll("*")].some((part) => { const { width, height } = part.getBoundingClientRect(); return width > 0 && height > 0; });

  const read = (spec, isLegs) => {
    queries.check();
    const later = {};
    const first = (alternatives, root = document) => {
      for (const [number, selector] of alternatives.entries()) {
        const found = query(selector, root);
        if (!found.length) continue;
        if (number) later[Object.keys(spec).find((name) => spec[name] === alternatives)] = number;
        return found;
      }
      return [];
    };
    const visible = (alternatives, root = document) => first(alternatives, root).filter(isVisible);
    const legRow = (row) => rowOf(row, spec);
    const panels = visible(spec.panel);
    const panelLegs = panels.length ? first(spec.panelLegRows, panels[0]).map(legRow) : [];
    if (isLegs) return panelLegs;
    const heading = visible(spec.heading)[0];
    const names = heading ? [heading, ...heading.querySelectorAll("*")].filter((node) => !node.closest(".tooltip")) : [];
    const label = names.find((node) => node.tagName === "SPAN" && bare(node)) || heading;
    // Dialogs that were there before, do not hinder and cannot be closed (see dismissal.js) are part of the page.
    const isFurniture = (node) => (window.__ooFurniture || []).includes(text(node).slice(0, 200));
    const dialogs = [...document.querySelectorAll("[role=dialog]")].filter((node) => isVisible(node) && !isFurniture(node));
    const isTrouble = (line) => spec.trouble.some((word) => line.toLowerCase().includes(word));
    const tells = (node) => node.getAttribute("role") === "status" && isTrouble(bare(node));
    const spinners = visible(spec.spinner).filter((node) => takesRoom(node) && !tells(node));
    const marks = [...spec.markers.flatMap((selector) => query(selector, document)).filter(isVisible), ...spinners];
    const told = new Set([...visible(spec.alerts), ...[...document.querySelectorAll("[role=status]")].filter((node) => isVisible(node) && tells(node))]);
    const isStranger = (node) => !panels.some((panel) => node.contains(panel) || panel.contains(node)) && !marks.some((mark) => node.contains(mark));
    const says = (phrases) => phrases.some((phrase) => document.body && wholeText(document.body).includes(phrase));
    const isProfit = (label) => spec.profitLabels.some((name) => name.toLowerCase() === label.toLowerCase());
    const metrics = [], bullets = [], facts = [];
    first(spec.metricGroups).filter((node) => !inDialog(node)).forEach((group, number) => {
      for (const term of group.querySelectorAll("dt")) {
        let value = term.nextElementSibling;
        while (value && value.tagName !== "DD") value = value.nextElementSibling;
        if (value && isVisible(value) && !value.querySelector("dt, ul, table")) metrics.push([bare(term), bare(value), number]);
      }
    });
    for (const card of first(spec.configCards).filter((node) => !inDialog(node)).flatMap(partsOf)) {
      const title = titleOf(card), lines = first(spec.bullets, card).map(text);
      if (lines.length) bullets.push([bare(title), lines]);
      else if (title && !card.querySelector("table, input")) facts.push([bare(title), linesOf(card)]);
    }
    if (!bullets.length) {
      const lines = first(spec.bullets).filter((node) => isVisible(node) && !inDialog(node)).map(text);
      if (lines.length) bullets.push(["", lines]);
    }
    return {
      path: location.pathname,
      later,
      heading: label ? bare(label) : "",
      isUnsaved: names.some((node) => bare(node).toLowerCase() === spec.unsaved.toLowerCase()),
      isSignIn: visible(spec.signIn).length > 0,
      challenge: visible(spec.challenge).length > 0,
      hasNewBacktest: visible(spec.newBacktest).length > 0,
      panels: panels.length,
      dialogs: dialogs.map((node) => text(node).slice(0, 200)),
      strangers: dialogs.filter(isStranger).map((node) => text(node).slice(0, 200)),
      alerts: [...told].filter((node) => !panels.some((panel) => panel.contains(node)) && ![...told].some((other) => other !== node && other.contains(node))).flatMap(messagesOf),
      maintenance: says(spec.maintenance) ? lineOf(spec.maintenance, true) : "",
      running: spec.markers.flatMap((selector) => query(selector, document)).filter(isVisible).length,
      spinning: spinners.length,
      metrics,
      bullets,
      facts,
      noTrades: metrics.some(([label]) => isProfit(label)) ? "" : lineOf(spec.noTrades, false, spec.aside),
      legs: first(spec.legRows).filter((node) => !inDialog(node)).map((row) => ({ ...legRow(row), group: groupOf(row) })),
      panelLegs,
    };
  };
  return Object.assign(read, { lineOf });
}
