/** Building elements. Data becomes text nodes and nothing else: no page of ours parses markup. */

const SVG = 'http://www.w3.org/2000/svg';

/**
 * Build an element: `el('p', {class: 'hint', onclick}, 'text', child, null)`.
 * Functions become listeners, `true` an empty attribute; null and false leave things out.
 */
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === 'function') element.addEventListener(name.replace(/^on/, ''), value);
    else element.setAttribute(name, value === true ? '' : String(value));
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** An icon of the sprite in index.html. */
export function icon(name) {
  const svg = document.createElementNS(SVG, 'svg');
  const use = document.createElementNS(SVG, 'use');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  use.setAttribute('href', `#i-${name}`);
  svg.append(use);
  return svg;
}

/** A round button that is only an icon; *label* is what it is called. */
export function iconButton(name, label, onclick, classes = '') {
  return el('button', { type: 'button', class: `round ${classes}`, 'aria-label': label, title: label, onclick }, icon(name));
}

/** Make *parent* contain exactly *children*, in that order, moving as little as possible. */
export function arrange(parent, children) {
  const wanted = new Set(children);
  for (const child of [...parent.children]) if (!wanted.has(child)) child.remove();
  children.forEach((child, at) => {
    if (parent.children[at] !== child) parent.insertBefore(child, parent.children[at] ?? null);
  });
}

/** Whether people asked for less movement. */
export const calm = () => matchMedia('(prefers-reduced-motion: reduce)').matches;

/** Whether one chat at a time is shown. */
export const narrow = () => matchMedia('(max-width: 719px)').matches;

/** What this browser remembers of the page; nothing breaks where nothing may be remembered. */
export const memory = {
  get(key) {
    try { return localStorage.getItem(`baton.${key}`); } catch { return null; }
  },
  set(key, value) {
    try { localStorage.setItem(`baton.${key}`, value); } catch { /* a private window */ }
  },
};
