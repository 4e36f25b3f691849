// Lets a dialog be a part of the page from now on, if it is not modal and leaves most of the page free; tells whether it is.
(dialog) => {
  const isModal = dialog.closest("[aria-modal=true]") !== null || dialog.querySelector("[aria-modal=true]") !== null, GRID = 8;
  const points = Array.from({ length: GRID * GRID }, (_, i) => [(i % GRID + 0.5) / GRID * innerWidth, (Math.floor(i / GRID) + 0.5) / GRID * innerHeight]);
  const covered = points.filter(([x, y]) => dialog.contains(document.elementFromPoint(x, y))).length / points.length;
  if (isModal || covered > 0.3) return false;
  const words = dialog.textContent.replace(/[\u200b-\u200f\u2060\ufeff]/g, "").replace(/[\s\u00a0]+/g, " ").trim().slice(0, 200);
  window.__ooFurniture = [...(window.__ooFurniture || []), words];
  return true;
}
