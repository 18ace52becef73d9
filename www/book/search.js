/*
 * The search of the site: what is typed, or stands behind # in the address, against every section of every page. The index is the
 * script before this one; nothing is asked of a server, and nothing leaves the page.
 */
"use strict";
(() => {
  const MOST = 30;
  /** How far around a word of the text is shown, in characters. */
  const AROUND = 90;

  const input = document.getElementById("words");
  const told = document.getElementById("told");
  const list = document.getElementById("found");
  /** Words as they are compared, and how a title counts beside a text. */
  const wordsOf = (text) => text.toLowerCase().match(/[\p{L}\p{N}_]+/gu) ?? [];
  const pages = self.pages.map(([path, title, sections]) => ({
    path,
    title,
    code: path.startsWith("explain/") ? path.slice("explain/".length).toLowerCase() : "",
    name: title.toLowerCase(),
    length: wordsOf(title).length,
    sections: sections.map(([anchor, heading, text]) => ({ anchor, heading, text, low: `${heading}\n${text}`.toLowerCase() })),
  }));

  /** Whether a word begins with this one somewhere in the text. */
  function begins(text, word) {
    for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
      if (at === 0 || !/[\p{L}\p{N}_]/u.test(text[at - 1])) return true;
    }
    return false;
  }

  /** The pages that have most of these words, the nearest first, each with its nearest section. */
  function find(typed) {
    const words = [...new Set(wordsOf(typed))];
    const phrase = typed.trim().toLowerCase();
    const found = [];
    for (const page of pages) {
      const inName = words.filter((word) => begins(page.name, word) || word === page.code);
      let best;
      for (const section of page.sections) {
        const here = words.filter((word) => begins(section.low, word));
        const all = new Set([...here, ...inName]).size;
        // A page without the rarer half of a sentence is about something else.
        if (all === 0 || all * 2 < words.length) continue;
        const isWhole = phrase !== "" && (section.low.includes(phrase) || page.name.includes(phrase));
        const score = (all / words.length) * 100 + inName.length * (12 + 40 / page.length) + (isWhole ? 60 : 0)
          + (words.includes(page.code) ? 200 : 0) + (page.name.includes(phrase) ? 40 : 0);
        if (best === undefined || score > best.score) best = { page, section, score, words: here };
      }
      if (best !== undefined) found.push(best);
    }
    return found.sort((a, b) => b.score - a.score);
  }

  /** What stands around the first of the words. */
  function around({ text }, words) {
    const low = text.toLowerCase();
    const places = words.map((word) => low.indexOf(word)).filter((at) => at >= 0);
    const at = places.length === 0 ? 0 : Math.min(...places);
    const from = Math.max(0, at - AROUND);
    const to = Math.min(text.length, at + AROUND * 2);
    return `${from > 0 ? "…" : ""}${text.slice(from, to)}${to < text.length ? "…" : ""}`;
  }

  function show() {
    const typed = input.value;
    const found = wordsOf(typed).length === 0 ? [] : find(typed);
    list.replaceChildren(...found.slice(0, MOST).map(({ page, section, words }) => {
      const item = document.createElement("li");
      const link = document.createElement("a");
      link.href = `../../${page.path}/${section.anchor === "" ? "" : `#${section.anchor}`}`;
      link.textContent = section.heading === "" ? page.title : `${page.title}: ${section.heading}`;
      const text = document.createElement("p");
      text.className = "quiet";
      text.textContent = around(section, words);
      item.append(link, text);
      return item;
    }));
    const shown = found.length > MOST ? `${MOST} of ${found.length} pages` : `${found.length} ${found.length === 1 ? "page" : "pages"}`;
    told.textContent = typed.trim() === "" ? "" : found.length === 0 ? "Nothing found." : shown;
    history.replaceState(null, "", typed === "" ? location.pathname : `#${encodeURIComponent(typed)}`);
  }

  /** What an address says, however it was written. */
  function given() {
    try {
      return decodeURIComponent(location.hash.slice(1));
    } catch {
      return location.hash.slice(1);
    }
  }

  document.getElementById("search").addEventListener("submit", (event) => event.preventDefault());
  input.addEventListener("input", show);
  self.addEventListener("hashchange", () => {
    if (given() !== input.value) {
      input.value = given();
      show();
    }
  });
  input.value = given();
  if (input.value !== "") show();
  input.focus();
})();
