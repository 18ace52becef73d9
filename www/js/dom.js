/**
 * Elements made in one expression. Text goes in as text and never as markup.
 *
 * @typedef {Node | string | number | null | undefined | false} Child
 * @typedef {Record<string, unknown>} Attributes
 */

const SVG = "http://www.w3.org/2000/svg";

/**
 * An HTML element. Attributes that are functions listen (`onclick`), `true` and `false` switch, others are texts.
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Attributes} [attributes]
 * @param {...(Child | Child[])} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function h(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/**
 * The same for SVG.
 *
 * @param {string} tag
 * @param {Attributes} [attributes]
 * @param {...(Child | Child[])} children
 * @returns {SVGElement}
 */
export function s(tag, attributes = {}, ...children) {
  return fill(/** @type {SVGElement} */ (document.createElementNS(SVG, tag)), attributes, children);
}

/**
 * A sentence in which commands stand in backticks. What stands in quotation marks is somebody else's, and stays as it is.
 *
 * @param {string} text
 */
export function withCommands(text) {
  return text.split(/("[^"]*"|`[^`]+`)/).map((part) => (part.length > 2 && part.startsWith("`") ? h("code", {}, part.slice(1, -1)) : part));
}

/**
 * The element with this ID; that it exists is a fact of index.html.
 *
 * @param {string} id
 * @returns {HTMLElement}
 */
export function byId(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`index.html has no element "${id}"`);
  return found;
}

/**
 * Puts children into an element instead of what it holds.
 *
 * @param {Element} element
 * @param {...(Child | Child[])} children
 */
export function show(element, ...children) {
  element.replaceChildren(...nodes(children));
}

/**
 * The same for something that is drawn again: what was unfolded stays so, and the focus stays where it was. Parts are
 * known by their `id` or `data-key`.
 *
 * @param {Element} element
 * @param {...(Child | Child[])} children
 */
export function redraw(element, ...children) {
  const keyOf = (/** @type {Element} */ one) => one.id || one.getAttribute("data-key");
  const unfolded = new Set([...element.querySelectorAll("details[open]")].map(keyOf));
  const active = document.activeElement;
  const focused = active && element.contains(active) ? keyOf(active) : null;
  show(element, ...children);
  for (const details of element.querySelectorAll("details")) {
    const key = keyOf(details);
    if (key && unfolded.has(key)) details.open = true;
  }
  if (focused === null) return;
  const again = [...element.querySelectorAll("[id], [data-key]")].find((one) => keyOf(one) === focused);
  if (again instanceof HTMLElement) {
    again.focus();
  } else if (active !== element && !document.contains(active)) {
    const home = element.closest("section, [role=tabpanel]");
    home?.setAttribute("tabindex", home.getAttribute("tabindex") ?? "-1");
    if (home instanceof HTMLElement) home.focus();
  }
}

/**
 * @template {Element} E
 * @param {E} element
 * @param {Attributes} attributes
 * @param {(Child | Child[])[]} children
 * @returns {E}
 */
function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") {
      element.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
    } else if (value === true) {
      element.setAttribute(name, "");
    } else if (value !== false && value != null) {
      element.setAttribute(name, String(value));
    }
  }
  element.append(...nodes(children));
  return element;
}

/**
 * @param {(Child | Child[])[]} children
 * @returns {(Node | string)[]}
 */
function nodes(children) {
  return children
    .flat()
    .filter((child) => child !== null && child !== undefined && child !== false)
    .map((child) => (child instanceof Node ? child : String(child)));
}
