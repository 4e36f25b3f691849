// What lies over an element: the outermost part of the page at its middle that has nothing to do with it; null when nothing does.
(target) => {
  const { left, top, width, height } = target.getBoundingClientRect();
  let cover = document.elementFromPoint(left + width / 2, top + height / 2);
  if (!cover || target.contains(cover) || cover.contains(target)) return null;
  while (cover.parentElement && cover.parentElement !== document.body && !cover.parentElement.contains(target)) cover = cover.parentElement;
  return cover;
}
