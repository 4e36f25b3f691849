// The two drawings below the figures.

const GOLD = "#c9a24b";
const GREEN = "#3f9d6b";
const RED = "#b8483f";
const PALE = "#8a8f98";

export function drawLine(canvas, points, isLogarithmic) {
  const { context, width, height } = prepare(canvas);
  if (points.length < 2) return;
  const scale = isLogarithmic ? (value) => Math.log(Math.max(value, 1)) : (value) => value;
  const worth = points.map(([, value]) => scale(value));
  const low = Math.min(...worth);
  const span = Math.max(...worth) - low || 1;
  context.strokeStyle = GOLD;
  context.lineWidth = 1.5;
  context.beginPath();
  worth.forEach((value, index) => {
    const x = 40 + ((width - 50) * index) / (worth.length - 1);
    const y = height - 24 - ((height - 40) * (value - low)) / span;
    if (index) context.lineTo(x, y);
    else context.moveTo(x, y);
  });
  context.stroke();
  caption(context, points[0][0], 40, height - 6);
  caption(context, points.at(-1)[0], width - 80, height - 6);
}

// Return and deepest fall (MDD) per calendar year, in percent.
export function drawBars(canvas, points) {
  const { context, width, height } = prepare(canvas);
  const years = new Map();
  let before = points[0]?.[1];
  for (const [day, value] of points) {
    const year = day.slice(0, 4);
    const entry = years.get(year) ?? { from: before, peak: before, fall: 0 };
    entry.to = before = value;
    entry.peak = Math.max(entry.peak, value);
    entry.fall = Math.min(entry.fall, (value / entry.peak - 1) * 100);
    years.set(year, entry);
  }
  const bars = [...years].map(([year, { from, to, fall }]) => [year, (to / from - 1) * 100, fall]);
  const largest = Math.max(...bars.flatMap(([, value, fall]) => [Math.abs(value), -fall]), 1);
  const step = (width - 40) / Math.max(bars.length, 1);
  const tall = (value) => ((height - 60) / 2) * (Math.abs(value) / largest);
  bars.forEach(([year, value, fall], index) => {
    const x = 30 + step * index;
    context.fillStyle = value < 0 ? RED : GREEN;
    context.fillRect(x, value < 0 ? height / 2 : height / 2 - tall(value), step * 0.3, tall(value));
    context.fillStyle = GOLD;
    context.fillRect(x + step * 0.35, height / 2, step * 0.3, tall(fall));
    caption(context, `${year}  Return ${value.toFixed(1)}%  MDD ${fall.toFixed(1)}%`, x, height - 6);
  });
}

function prepare(canvas) {
  canvas.width = canvas.clientWidth || 600;
  canvas.height = canvas.clientHeight || 220;
  const context = canvas.getContext("2d");
  context.font = "11px sans-serif";
  return { context, width: canvas.width, height: canvas.height };
}

function caption(context, text, x, y) {
  context.fillStyle = PALE;
  context.fillText(text, x, y);
}
