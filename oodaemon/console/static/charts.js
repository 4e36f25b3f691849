// Charts of a page: every element with data-chart becomes one. Its value is the address of the figure (JSON); the controls in the
// form that data-chart-controls names are added to it. Works by mouse, touch and keyboard; all is said aloud in a status line.
import { draw, legendOf, node, summaryOf, tableOf } from './chart_draw.js';

const HEIGHT = 360;
const REACH = 40;

class Chart {
  constructor(host) {
    this.host = host;
    this.form = host.dataset.chartControls ? document.getElementById(host.dataset.chartControls) : null;
    this.linkOf = (index) => (host.dataset.taskLink ? host.dataset.taskLink.replace('{index}', String(index)) : '');
    this.figure = null;
    this.hidden = new Set();
    this.marks = [];
    this.current = -1;
    this.asked = 0;
    this.waiting = 0;
    this.width = 0;
    this.build();
    this.listen();
    this.load();
  }

  build() {
    this.stage = make('div', 'chart-stage', { tabindex: '0', role: 'application', 'aria-roledescription': 'chart', 'aria-busy': 'true' });
    this.tip = make('div', 'chart-tip', { 'aria-hidden': 'true', hidden: '' });
    this.status = make('p', 'chart-status', { role: 'status' });
    this.legend = make('div', 'chart-legend', { role: 'group', 'aria-label': 'lines of the chart' });
    this.notes = make('ul', 'chart-notes');
    this.toggle = make('button', 'chart-toggle', { type: 'button', 'aria-expanded': 'false' });
    this.toggle.textContent = 'Show as table';
    this.table = make('div', 'chart-table', { hidden: '', tabindex: '0', role: 'region', 'aria-label': 'the chart as a table' });
    this.host.replaceChildren(this.stage, this.legend, this.status, this.notes, this.toggle, this.table);
  }

  listen() {
    this.stage.addEventListener('pointermove', (event) => this.point(event));
    this.stage.addEventListener('pointerdown', (event) => this.point(event));
    this.stage.addEventListener('pointerleave', () => this.leave());
    this.stage.addEventListener('keydown', (event) => this.key(event));
    this.stage.addEventListener('click', (event) => this.follow(event));
    this.stage.addEventListener('blur', () => this.leave());
    this.toggle.addEventListener('click', () => this.switchTable());
    if (this.form) {
      this.form.addEventListener('change', () => this.load(true));
      this.form.addEventListener('submit', (event) => { event.preventDefault(); this.load(true); });
    }
    // The results of a run that goes on come in while one looks.
    document.addEventListener('patched', (event) => {
      if (event.detail.includes('run-results') && !this.waiting) {
        this.waiting = window.setTimeout(() => { this.waiting = 0; this.load(); }, 2000);
      }
    });
    new ResizeObserver(() => {
      if (this.figure && Math.abs(this.stage.clientWidth - this.width) > 1) this.render();
    }).observe(this.stage);
  }

  address() {
    const address = new URL(this.host.dataset.chart, window.location.href);
    if (this.form) for (const [name, value] of new FormData(this.form)) if (value) address.searchParams.append(name, value);
    return address;
  }

  async load(isChosen = false) {
    const asked = (this.asked += 1);
    const address = this.address();
    this.stage.setAttribute('aria-busy', 'true');
    try {
      const answer = await fetch(address, { headers: { accept: 'application/json' }, credentials: 'same-origin' });
      const found = await answer.json();
      if (asked !== this.asked) return;
      if (!answer.ok) throw new Error(found.error || `the daemon answered ${answer.status}`);
      if (JSON.stringify(found) === JSON.stringify(this.figure)) return;
      const isSame = this.figure !== null && found.title === this.figure.title;
      this.figure = found;
      if (!isSame) {
        this.hidden.clear();
        this.current = -1;
      }
      this.render();
      this.refresh(isSame);
      if (isChosen) this.remember(address);
    } catch (error) {
      if (asked === this.asked && (isChosen || this.figure === null)) this.fail(error instanceof TypeError ? 'the daemon cannot be reached; try again' : error.message);
    } finally {
      if (asked === this.asked) this.stage.removeAttribute('aria-busy');
    }
  }

  fail(sentence) {
    this.figure = null;
    this.marks = [];
    this.stage.replaceChildren();
    for (const part of [this.legend, this.notes, this.table]) part.replaceChildren();
    this.toggle.hidden = true;
    this.stage.setAttribute('aria-label', `no chart: ${sentence}`);
    this.status.textContent = sentence;
  }

  remember(address) {
    if (this.host.dataset.chartRemembers === undefined) return;
    const here = new URL(window.location.href);
    here.search = address.search;
    window.history.replaceState(null, '', here);
  }

  render() {
    this.width = Math.max(260, this.stage.clientWidth);
    const { svg, marks } = draw(this.figure, { width: this.width, height: HEIGHT }, this.hidden, this.linkOf);
    this.cursor = node('circle', { class: 'chart-cursor', r: 6, visibility: 'hidden' });
    svg.append(this.cursor);
    this.stage.replaceChildren(svg, this.tip);
    this.marks = marks;
    if (this.current >= marks.length) this.current = -1;
    this.stage.setAttribute('aria-label', `${summaryOf(this.figure)}. Arrow keys move from point to point, Home and End to the first and the last, Enter opens the task.`);
  }

  refresh(isSame) {
    if (!isSame || this.current < 0) this.status.textContent = summaryOf(this.figure);
    this.toggle.hidden = false;
    this.notes.replaceChildren(...this.figure.notes.map((text) => make('li', '', {}, text)));
    this.explain(isSame);
    if (!this.table.hidden) this.fillTable();
  }

  // A button that somebody is on stays.
  explain(isSame) {
    const lines = legendOf(this.figure);
    if (isSame && lines.map(({ name }) => name).join('\n') === [...this.legend.children].map((key) => key.textContent).join('\n')) return;
    const focused = this.legend.contains(document.activeElement) ? document.activeElement.textContent : null;
    this.legend.replaceChildren(...lines.map(({ name, tone }) => this.legendButton(name, tone)));
    if (focused !== null) [...this.legend.children].find((key) => key.textContent === focused)?.focus({ preventScroll: true });
  }

  legendButton(name, tone) {
    const button = make('button', `chart-key ${tone}`, { type: 'button', 'aria-pressed': String(!this.hidden.has(name)) }, name);
    button.addEventListener('click', () => {
      const isOff = this.hidden.has(name);
      if (!isOff && this.hidden.size + 1 >= legendOf(this.figure).length) {
        this.status.textContent = 'one line has to stay';
        return;
      }
      if (isOff) this.hidden.delete(name);
      else this.hidden.add(name);
      button.setAttribute('aria-pressed', String(isOff));
      this.current = -1;
      this.render();
      this.status.textContent = `${name} is ${isOff ? 'shown' : 'hidden'}`;
    });
    return button;
  }

  switchTable() {
    this.table.hidden = !this.table.hidden;
    this.toggle.setAttribute('aria-expanded', String(!this.table.hidden));
    this.toggle.textContent = this.table.hidden ? 'Show as table' : 'Hide the table';
    if (!this.table.hidden) this.fillTable();
  }

  fillTable() {
    const { columns, rows } = tableOf(this.figure);
    const table = make('table', '');
    table.append(make('caption', '', {}, summaryOf(this.figure)));
    const head = make('tr', '');
    head.append(...columns.map((text) => make('th', '', { scope: 'col' }, text)));
    table.createTHead().append(head);
    const body = table.createTBody();
    for (const row of rows) {
      const line = make('tr', '');
      line.append(...row.map((text) => make('td', '', {}, text)));
      body.append(line);
    }
    this.table.replaceChildren(table);
  }

  point(event) {
    if (!this.marks.length) return;
    const box = this.stage.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    let best = -1;
    let least = Infinity;
    this.marks.forEach((mark, place) => {
      const distance = (mark.x - x) ** 2 + (this.figure.kind === 'equity' || this.figure.kind === 'histogram' ? 0 : (mark.y - y) ** 2);
      if (distance < least) [best, least] = [place, distance];
    });
    if (least > REACH ** 2 && event.pointerType === 'mouse') this.leave();
    else this.show(best, false);
  }

  show(place, isSaid) {
    const mark = this.marks[place];
    this.current = place;
    this.cursor.setAttribute('cx', mark.x.toFixed(1));
    this.cursor.setAttribute('cy', mark.y.toFixed(1));
    this.cursor.setAttribute('visibility', 'visible');
    this.tip.textContent = mark.text;
    this.tip.hidden = false;
    const [wide, high] = [this.tip.offsetWidth, this.tip.offsetHeight];
    this.tip.style.left = `${Math.max(0, Math.min(this.width - wide, mark.x - wide / 2))}px`;
    this.tip.style.top = `${mark.y - high - 14 > 0 ? mark.y - high - 14 : mark.y + 14}px`;
    if (isSaid) this.status.textContent = mark.text;
  }

  leave() {
    this.tip.hidden = true;
    if (this.cursor) this.cursor.setAttribute('visibility', 'hidden');
  }

  key(event) {
    if (!this.marks.length || event.altKey || event.ctrlKey || event.metaKey) return;
    const next = this.next(event.key);
    if (event.key === 'Escape') this.leave();
    else if (event.key === 'Enter' && this.marks[this.current]?.link) window.location.assign(this.marks[this.current].link);
    else if (next !== null) {
      event.preventDefault();
      this.show(next, true);
    }
  }

  /** Which mark a key leads to; null for a key that leads nowhere. */
  next(key) {
    const last = this.marks.length - 1;
    const steps = { ArrowRight: 1, ArrowLeft: -1, PageDown: 10, PageUp: -10 };
    if (key === 'Home') return 0;
    if (key === 'End') return last;
    if (key in steps) return this.current < 0 ? 0 : Math.max(0, Math.min(last, this.current + steps[key]));
    if (key === 'ArrowDown' || key === 'ArrowUp') return this.current < 0 ? 0 : this.across(key === 'ArrowDown' ? 1 : -1);
    return null;
  }

  /** The mark at about the same place in the next line or row that has any. */
  across(step) {
    const here = this.marks[this.current];
    const groups = [...new Set(this.marks.map((mark) => mark.group))];
    const group = groups[groups.indexOf(here.group) + step];
    if (group === undefined) return this.current;
    let best = this.current;
    let least = Infinity;
    this.marks.forEach((mark, place) => {
      const distance = Math.abs(mark.place - here.place);
      if (mark.group === group && distance < least) [best, least] = [place, distance];
    });
    return best;
  }

  follow(event) {
    const link = this.marks[this.current]?.link;
    if (link && event.detail === 2) window.location.assign(link);
  }
}

function make(name, kind, attributes = {}, text = '') {
  const made = document.createElement(name);
  if (kind) made.className = kind;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text) made.textContent = text;
  return made;
}

for (const host of document.querySelectorAll('[data-chart]')) new Chart(host);
