// The metric cards. Their texts come from the server as they are shown; here they are only placed.

import { h } from "./dom.js";
import { changed } from "./store.js";

const COUNT_MS = 450;
const COLOURS = { green: "bg-ooGray bg-ooGreen", red: "bg-ooGray bg-ooRed", neutral: "bg-ooGray" };

export function metricBlocks(page) {
  const share = countShare(page);
  return [1, 2].map((block) => {
    const cards = page.result.cards.filter((card) => card.block === block);
    return cards.length > 0 && h("dl", { class: "mt-5 grid metricGrid", key: `metrics-${block}` }, boxes(cards, share));
  });
}

// How much of the figures is on show while they run up; 1 when they stand.
function countShare(page) {
  if (!page.countsSince) return 1;
  const share = Math.min((performance.now() - page.countsSince) / COUNT_MS, 1);
  if (share < 1) changed();
  else page.countsSince = null;
  return share;
}

function boxes(cards, share) {
  const drawn = [];
  for (let index = 0; index < cards.length; index += 1) {
    const [card, next] = [cards[index], cards[index + 1]];
    if (card.pair && next?.pair === card.pair) {
      drawn.push(h("div", { class: "inline-flex w-full divide-x", key: card.label }, half(card, share), half(next, share)));
      index += 1;
    } else {
      drawn.push(h("div", { class: `px-4 py-5 ${COLOURS[card.colour]}`, key: card.label }, ...texts(card, share)));
    }
  }
  return drawn;
}

function half(card, share) {
  return h("div", { class: `px-4 py-5 w-1/2 ${COLOURS[card.colour]}` }, ...texts(card, share));
}

function texts(card, share) {
  const [amount, unit] = card.text.split(" / ");
  const shown = share < 1 ? scaled(amount, share) : amount;
  return [
    h("dt", { class: "text-sm font-medium text-white truncate" }, card.label),
    h(
      "dd",
      { class: "mt-1 text-lg font-semibold text-white" },
      unit ? h("span", {}, ` ${shown} `, h("span", { class: "text-sm" }, `/ ${unit}`)) : shown,
    ),
  ];
}

function scaled(text, share) {
  return text.replace(/[\d,]+(\.\d+)?/, (number, decimals) => {
    const value = Number(number.replaceAll(",", "")) * share;
    return value.toLocaleString("en-US", { maximumFractionDigits: decimals ? 1 : 0 });
  });
}
