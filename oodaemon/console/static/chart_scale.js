// Numbers, colours and axes of charts. Pure: nothing here knows the page.

/** The stops of the colour scale, dark to light; those of `ooctl chart` and of the report. */
export const VIRIDIS = [[68, 1, 84], [65, 68, 135], [42, 120, 142], [34, 168, 132], [122, 209, 81], [253, 231, 37]];

/** A colour from dark (0) to light (1), and the class of the ink that can be read on it. */
export function colour(share) {
  const place = Math.min(Math.max(share, 0), 1) * (VIRIDIS.length - 1);
  const index = Math.min(Math.floor(place), VIRIDIS.length - 2);
  const [red, green, blue] = VIRIDIS[index].map((one, part) => Math.round(one + (VIRIDIS[index + 1][part] - one) * (place - index)));
  const isLight = 0.299 * red + 0.587 * green + 0.114 * blue > 125;
  return { fill: `rgb(${red},${green},${blue})`, ink: isLight ? 'chart-ink-dark' : 'chart-ink-light' };
}

const grouped = new Intl.NumberFormat('en-US', { maximumFractionDigits: 4 });

/** A figure with its unit, as people read it. */
export function shown(value, unit) {
  if (value === null || value === undefined) return '–';
  const tidy = (digits) => grouped.format(Number(value.toFixed(digits))).replace(/^-0$/, '0');
  switch (unit) {
    case 'USD': {
      const amount = Math.abs(value).toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 }).replace(/\.00$/, '');
      return value < 0 && amount !== '0' ? `-$${amount}` : `$${amount}`;
    }
    case '%': return `${tidy(2)}%`;
    case 'min': return `${tidy(1)} min`;
    case '': return tidy(4);
    default: return `${tidy(4)} ${unit}`;
  }
}

/** At most about six characters. */
export function brief(value) {
  const size = Math.abs(value);
  if (size >= 1e6) return `${(value / 1e6).toFixed(1)}M`;
  if (size >= 1e4) return `${(value / 1e3).toFixed(1)}k`;
  return size >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(4)));
}

/** Round numbers across a range: steps of 1, 2 or 5 times a power of ten, at most `most` of them. */
export function rulesOf(low, high, most) {
  if (!(high > low)) return [low];
  const power = 10 ** Math.floor(Math.log10((high - low) / most));
  const step = power * [1, 2, 5, 10].find((times) => (high - low) / (power * times) <= most);
  const found = [];
  for (let count = Math.ceil(low / step); count * step <= high; count += 1) found.push(Number((count * step).toPrecision(12)));
  return found;
}

/** A range with some air above and below. */
export function padded(values) {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (low > high) return [0, 1];
  const spare = (high - low) * 0.06 || Math.abs(high) * 0.1 || 1;
  return [low - spare, high + spare];
}

/** A function from values to pixels. */
export function linear([low, high], [from, to]) {
  const factor = high > low ? (to - from) / (high - low) : 0;
  return (value) => (high > low ? from + (value - low) * factor : (from + to) / 2);
}

/** Every so many-th of `count` places, so that labels of `width` pixels have room on `room` pixels. */
export function everyNth(count, width, room) {
  return Math.max(1, Math.ceil((count * width) / Math.max(room, 1)));
}

/** At most 18 characters of a label. */
export function short(text) {
  return text.length <= 18 ? text : `${text.slice(0, 17)}…`;
}
