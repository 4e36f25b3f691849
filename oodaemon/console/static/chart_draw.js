// Draws a figure of the service as SVG, and tells what can be pointed at: the marks.
//
// A mark is { x, y, text, group, link }: where it lies in pixels, what is said of it, which line or row it belongs to, and the
// address of its task. Colours are classes of charts.css; only those of heat maps are attributes, as there are too many of them.
import { brief, colour, everyNth, linear, padded, rulesOf, short, shown } from './chart_scale.js';

const SVG = 'http://www.w3.org/2000/svg';
const TOP = 12;

export function node(name, attributes, text) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  if (text !== undefined) made.textContent = text;
  return made;
}

function sheet(width, height) {
  return node('svg', { viewBox: `0 0 ${width} ${height}`, width, height, 'aria-hidden': 'true', focusable: 'false' });
}

function write(svg, x, y, text, anchor = 'start', kind = '') {
  svg.append(node('text', { x: x.toFixed(1), y: y.toFixed(1), 'text-anchor': anchor, class: `chart-text ${kind}` }, text));
}

function path(points, isStepped = false) {
  const parts = points.map(([x, y], place) => {
    if (!place) return `M${x.toFixed(1)} ${y.toFixed(1)}`;
    return isStepped ? `H${x.toFixed(1)}V${y.toFixed(1)}` : `L${x.toFixed(1)} ${y.toFixed(1)}`;
  });
  return parts.join('');
}

/** Lines at round numbers with their figures; returns the scale down and the room to the left. */
function frame(svg, values, size, unit) {
  const range = padded(values);
  const rules = rulesOf(range[0], range[1], Math.max(3, Math.floor(size.height / 60)));
  const labels = rules.map((rule) => (size.width < 480 ? brief(rule) : shown(rule, unit)));
  const left = 14 + 7.2 * Math.max(...labels.map((text) => text.length));
  const bottom = size.height - 44;
  const y = linear(range, [bottom, TOP]);
  rules.forEach((rule, place) => {
    svg.append(node('line', { class: rule === 0 ? 'chart-zero' : 'chart-rule', x1: left, x2: size.width - 8, y1: y(rule), y2: y(rule) }));
    write(svg, left - 6, y(rule) + 4, labels[place], 'end');
  });
  return { y, left, bottom, range };
}

function below(svg, size, bottom, title) {
  write(svg, size.width / 2, bottom + 38, title, 'middle', 'chart-title');
}

/** A figure by one parameter. */
function curve(figure, size, hidden, linkOf) {
  const svg = sheet(size.width, size.height);
  const visible = figure.series.filter((series) => !hidden.has(series.name));
  const values = visible.flatMap((series) => series.points.map((point) => point[2]));
  const { y, left, bottom } = frame(svg, values, size, figure.metric.unit);
  const { labels, numbers } = figure.axis;
  const right = size.width - 18;
  const x = numbers
    ? ((scale) => (place) => scale(numbers[place]))(linear([numbers[0], numbers[numbers.length - 1]], [left + 10, right]))
    : linear([0, labels.length - 1], [left + 10, right]);
  marksBelow(svg, labels, x, right - left, bottom);
  below(svg, size, bottom, figure.axis.name);
  const marks = [];
  figure.series.forEach((series, number) => {
    if (hidden.has(series.name)) return;
    const tone = `chart-tone-${number % 8}`;
    svg.append(node('path', { class: `chart-line ${tone}`, d: path(series.line.map(([place, value]) => [x(place), y(value)])) }));
    for (const [place, index, value, isProven] of series.points) {
      const mark = { x: x(place), y: y(value), group: number, link: linkOf(index), place };
      const extra = isProven ? '' : ', accepted without proof';
      const of = figure.series.length > 1 ? `${series.name}, ` : '';
      mark.text = `${of}${figure.axis.name} ${labels[place]}: ${shown(value, figure.metric.unit)} (task ${index}${extra})`;
      marks.push(mark);
      svg.append(dot(mark, tone, isProven));
    }
  });
  marks.sort((one, other) => one.group - other.group || one.place - other.place || one.y - other.y);
  return { svg, marks };
}

function dot(mark, tone, isProven) {
  const [x, y] = [mark.x.toFixed(1), mark.y.toFixed(1)];
  if (isProven) return node('circle', { class: `chart-dot ${tone}`, cx: x, cy: y, r: 3.5 });
  return node('path', { class: `chart-cross ${tone}`, d: `M${x} ${y}m-4-4l8 8m0-8l-8 8` });
}

function marksBelow(svg, labels, x, room, bottom) {
  const longest = Math.max(...labels.map((text) => short(text).length));
  const step = everyNth(labels.length, 7.5 * longest + 14, room);
  labels.forEach((text, place) => {
    if (place % step) return;
    const isLast = place === labels.length - 1 && labels.length > 1;
    write(svg, x(place), bottom + 20, short(text), isLast && text.length > 6 ? 'end' : 'middle');
  });
}

/** A figure by two parameters. */
function grid(figure, size, hidden, linkOf) {
  const rows = figure.rows.labels.length;
  const columns = figure.columns.labels.length;
  const left = Math.min(size.width * 0.35, 14 + 7.5 * Math.max(...figure.rows.labels.map((text) => short(text).length)));
  const cellWidth = Math.max(2, Math.min(150, (size.width - left - 8) / columns));
  const cellHeight = Math.max(6, Math.min(36, 560 / rows));
  const height = 30 + rows * cellHeight + 64;
  const svg = sheet(size.width, height);
  const values = figure.cells.map((cell) => cell[2]);
  const low = values.reduce((one, other) => Math.min(one, other), Infinity);
  const high = values.reduce((one, other) => Math.max(one, other), -Infinity);
  const marks = [];
  for (const [row, column, value, least, most, count, index, isProven] of figure.cells) {
    const share = high > low ? (value - low) / (high - low) : 0.5;
    const { fill, ink } = colour(figure.metric.sign < 0 ? 1 - share : share);
    const [x, y] = [left + column * cellWidth, 26 + row * cellHeight];
    const isBest = Boolean(figure.best) && figure.best[0] === row && figure.best[1] === column;
    svg.append(node('rect', {
      class: isBest ? 'chart-cell chart-best' : 'chart-cell', fill,
      x: x.toFixed(1), y: y.toFixed(1), width: Math.max(1, cellWidth - 1).toFixed(1), height: Math.max(1, cellHeight - 1).toFixed(1),
    }));
    if (cellWidth >= 44 && cellHeight >= 14) {
      write(svg, x + cellWidth / 2, y + cellHeight / 2 + 4, `${brief(value)}${isProven ? '' : '†'}`, 'middle', ink);
    }
    const where = `${figure.rows.name} ${figure.rows.labels[row]}, ${figure.columns.name} ${figure.columns.labels[column]}`;
    const unit = figure.metric.unit;
    const spread = count > 1 ? `, median of ${count}, from ${shown(least, unit)} to ${shown(most, unit)}` : ` (task ${index})`;
    const extra = `${isBest ? ', the best' : ''}${isProven ? '' : ', accepted without proof'}`;
    marks.push({
      x: x + cellWidth / 2, y: y + cellHeight / 2, group: row, place: column,
      text: `${where}: ${shown(value, unit)}${spread}${extra}`, link: count > 1 ? '' : linkOf(index),
    });
  }
  const step = everyNth(columns, 7.5 * Math.max(...figure.columns.labels.map((text) => short(text).length)) + 8, cellWidth * columns);
  figure.columns.labels.forEach((text, place) => {
    if (place % step === 0) write(svg, left + (place + 0.5) * cellWidth, 18, short(text), 'middle');
  });
  const stepDown = everyNth(rows, 15, cellHeight * rows);
  figure.rows.labels.forEach((text, place) => {
    if (place % stepDown === 0) write(svg, left - 8, 26 + (place + 0.5) * cellHeight + 4, short(text), 'end');
  });
  scaleBar(svg, left, height - 26, low, high, figure.metric);
  write(svg, left, height - 40, `down: ${figure.rows.name}, across: ${figure.columns.name}`, 'start', 'chart-title');
  return { svg, marks };
}

/** The colours from the worst to the best value. */
function scaleBar(svg, left, top, low, high, metric) {
  const [first, last] = metric.sign < 0 ? [high, low] : [low, high];
  const text = shown(first, metric.unit);
  const from = left + 7.2 * text.length + 8;
  write(svg, left, top + 11, text);
  for (let part = 0; part < 24; part += 1) {
    svg.append(node('rect', { class: 'chart-cell', fill: colour(part / 23).fill, x: from + part * 5, y: top, width: 5, height: 13 }));
  }
  write(svg, from + 24 * 5 + 8, top + 11, shown(last, metric.unit));
}

/** How the values of a figure are spread. */
function histogram(figure, size) {
  const svg = sheet(size.width, size.height);
  const { y, left, bottom } = frame(svg, [0, ...figure.bins.map((bin) => bin[2])], size, '');
  const [low, high] = [figure.bins[0][0], figure.bins[figure.bins.length - 1][1]];
  const x = linear([low, high], [left + 4, size.width - 14]);
  const whole = size.width - 18 - left;
  const unit = figure.metric.unit;
  const marks = figure.bins.map(([from, to, count], place) => {
    const [start, end] = high > low ? [x(from), x(to)] : [left + whole / 3, left + (2 * whole) / 3];
    svg.append(node('rect', {
      class: 'chart-bar', x: start.toFixed(1), y: y(count).toFixed(1),
      width: Math.max(1, end - start - 1).toFixed(1), height: Math.max(0, y(0) - y(count)).toFixed(1),
    }));
    const text = `${shown(from, unit)} to ${shown(to, unit)}: ${count} ${count === 1 ? 'task' : 'tasks'}`;
    return { x: (start + end) / 2, y: y(count), group: 0, place, text, link: '' };
  });
  if (high > low) {
    svg.append(node('line', { class: 'chart-median', x1: x(figure.median), x2: x(figure.median), y1: TOP, y2: bottom }));
    const step = everyNth(6, 70, whole);
    rulesOf(low, high, 6).forEach((rule, place) => {
      if (place % step === 0) write(svg, x(rule), bottom + 20, size.width < 480 ? brief(rule) : shown(rule, unit), 'middle');
    });
  }
  below(svg, size, bottom, figure.metric.name);
  return { svg, marks };
}

/** Profit and loss closing by closing, and how far it lay below its highest. */
function equity(figure, size, hidden) {
  const svg = sheet(size.width, size.height);
  const points = [[0, 'start', 0, 0], ...figure.points];
  const used = [0, ...points.flatMap(([, , total, fall]) => [...(hidden.has('profit and loss') ? [] : [total]), ...(hidden.has('below the highest') ? [] : [fall])])];
  const { y, left, bottom } = frame(svg, used, size, 'USD');
  const x = linear([0, figure.total], [left + 6, size.width - 14]);
  if (!hidden.has('below the highest')) {
    const fall = points.map(([number, , , depth]) => [x(number), y(depth)]);
    svg.append(node('path', { class: 'chart-fall', d: `${path(fall, true)}V${y(0).toFixed(1)}H${x(0).toFixed(1)}Z` }));
  }
  if (!hidden.has('profit and loss')) {
    svg.append(node('path', { class: 'chart-line chart-tone-0', d: path(points.map(([number, , total]) => [x(number), y(total)]), true) }));
  }
  const step = everyNth(points.length, 92, size.width - left);
  points.forEach(([number, at], place) => {
    if (place % step === 0 && x(number) < size.width - 50) write(svg, x(number), bottom + 20, at.slice(0, 10), place ? 'middle' : 'start');
  });
  below(svg, size, bottom, 'closed (New York)');
  const marks = points.slice(1).map(([number, at, total, fall]) => ({
    x: x(number), y: y(hidden.has('profit and loss') ? fall : total), group: 0, place: number, link: '',
    text: `${at.replace('T', ' ')}: ${shown(total, 'USD')}${fall < 0 ? `, ${shown(fall, 'USD')} below the highest` : ', the highest so far'}`,
  }));
  return { svg, marks };
}

const KINDS = { curve, grid, histogram, equity };

/** The picture of a figure and its marks. `hidden` are the names of lines that are switched off. */
export function draw(figure, size, hidden, linkOf) {
  return KINDS[figure.kind](figure, size, hidden, linkOf);
}

/** What the legend can switch: names with the class of their colour. */
export function legendOf(figure) {
  if (figure.kind === 'curve' && figure.series.length > 1) {
    return figure.series.map((series, number) => ({ name: series.name, tone: `chart-tone-${number % 8}` }));
  }
  if (figure.kind === 'equity') {
    return [{ name: 'profit and loss', tone: 'chart-tone-0' }, { name: 'below the highest', tone: 'chart-tone-fall' }];
  }
  return [];
}

/** The same as a table: its columns and its rows of text. */
export function tableOf(figure) {
  const unit = figure.metric.unit;
  const proof = (isProven) => (isProven ? '' : ' (accepted without proof)');
  if (figure.kind === 'curve') {
    const isSplit = figure.series.length > 1;
    const rows = figure.series.flatMap((series) => series.points.map(([place, index, value, isProven]) => [
      ...(isSplit ? [series.name] : []), figure.axis.labels[place], `${shown(value, unit)}${proof(isProven)}`, String(index),
    ]));
    return { columns: [...(isSplit ? ['line'] : []), figure.axis.name, figure.metric.name, 'task'], rows };
  }
  if (figure.kind === 'grid') {
    const rows = figure.cells.map(([row, column, value, least, most, count, , isProven]) => [
      figure.rows.labels[row], figure.columns.labels[column], `${shown(value, unit)}${proof(isProven)}`, shown(least, unit), shown(most, unit), String(count),
    ]);
    return { columns: [figure.rows.name, figure.columns.name, `${figure.metric.name} (median)`, 'smallest', 'largest', 'tasks'], rows };
  }
  if (figure.kind === 'histogram') {
    return { columns: ['from', 'to', 'tasks'], rows: figure.bins.map(([from, to, count]) => [shown(from, unit), shown(to, unit), String(count)]) };
  }
  const rows = figure.points.map(([, at, total, fall]) => [at.replace('T', ' '), shown(total, 'USD'), shown(fall, 'USD')]);
  return { columns: ['closed (New York)', 'profit and loss', 'below the highest'], rows };
}

/** One sentence that says what the picture shows, for those who do not see it. */
export function summaryOf(figure) {
  const unit = figure.metric.unit;
  const count = figure.shown < figure.total && figure.kind !== 'grid' ? `${figure.shown} of ${figure.total} points, extremes kept` : `${figure.total} ${figure.kind === 'equity' ? 'closings' : 'results'}`;
  if (figure.kind === 'equity') return `${figure.title}: ${count}, at the end ${shown(figure.end, 'USD')}, deepest fall ${shown(figure.deepest, 'USD')}`;
  if (figure.kind === 'histogram') return `${figure.title}: ${count}, median ${shown(figure.median, unit)}, mean ${shown(figure.mean, unit)}`;
  const values = figure.kind === 'grid' ? figure.cells.flatMap((cell) => [cell[3], cell[4]]) : figure.series.flatMap((series) => series.points.map((point) => point[2]));
  const low = values.reduce((one, other) => Math.min(one, other), Infinity);
  const high = values.reduce((one, other) => Math.max(one, other), -Infinity);
  return `${figure.title}: ${count}, from ${shown(low, unit)} to ${shown(high, unit)}`;
}
