// The state of the page, and when it is drawn again: some milliseconds after a change, never between press and release.

const FLUSH_MS = 8;

export const state = {
  path: location.pathname,
  isSignedIn: null, // unknown until asked
  login: { email: "", password: "", error: "", isBusy: false },
  settings: null,
  tests: null,
  search: "",
  view: "cards",
  page: null,
  panel: null,
  running: null,
  toasts: [],
  isAnnounced: false,
  isAlerted: false,
  saving: null, // what Edit or Remove opened
  isMenuOpen: false,
};

let render = () => {};
let timer = null;
let isPressed = false;
let isLate = false;
let counter = 0;

export function onRender(callback) {
  render = callback;
}

// Every drawing hands out new numbers, as the real widgets do.
export function number() {
  counter += 1;
  return counter;
}

export function changed() {
  if (isPressed) isLate = true;
  else timer ??= setTimeout(flush, FLUSH_MS);
}

function flush() {
  timer = null;
  if (isPressed) isLate = true;
  else render();
}

function release() {
  if (!isPressed) return;
  isPressed = false;
  // The click belongs to the pressed element: draw only after it has been delivered.
  setTimeout(() => {
    if (isLate) {
      isLate = false;
      changed();
    }
  }, 0);
}

addEventListener("pointerdown", () => (isPressed = true), true);
addEventListener("pointerup", release, true);
addEventListener("pointercancel", release, true);
