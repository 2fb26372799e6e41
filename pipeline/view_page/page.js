"use strict";
// Reading: a list of articles under filters, one article at a time, keys. Data is put into the page by textContent only.
const contents = JSON.parse(document.getElementById("contents").textContent);
const whole = document.getElementById("pages");
const loaded = new Map(whole ? JSON.parse(whole.textContent).map((page, k) => [k, page]) : []);
const waiting = new Map();
const { articles, domains } = contents;
const chosen = { domains: new Set(), none: false, source: "", from: "", to: "", review: false, words: [] };
const byId = (id) => document.getElementById(id);
let language = "en", say = WORDS.en, matches = [], shown = 60, current = -1, here = -1, open = new Set(), because = null, search = 0, unopened = 0;

const hueOf = (k) => Math.round((360 * k) / domains.length + 25) % 360;
const nameOf = (k) => (language === "ar" ? domains[k].arabic : domains[k].english);
// Letters that writers exchange are taken for the same, and marks for nothing; each folded letter stands for one of the text.
const FOLDED = { "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ی": "ي", "ة": "ه", "ک": "ك" };
const MARK = /[\u064B-\u0652\u0670\u0640]/;
function fold(text) {
  const places = [];
  let folded = "";
  for (let k = 0; k < text.length; k += 1) {
    if (MARK.test(text[k])) continue;
    const lower = text[k].toLowerCase();
    folded += FOLDED[lower] ?? (lower.length === 1 ? lower : text[k]);
    places.push(k);
  }
  return { folded, places };
}

// A date as the articles have it: digits of Europe, dashes, two digits for a month or a day.
const dateOf = (typed) => typed.trim().replace(/[٠-٩۰-۹]/g, (digit) => digit.charCodeAt(0) & 15).replace(/[/.]/g, "-").replace(/-(\d)(?!\d)/g, "-0$1");

// Gives null for a page whose file cannot be opened; it is tried anew when it is next asked for.
function loadPage(k) {
  if (loaded.has(k)) return Promise.resolve(loaded.get(k));
  if (!waiting.has(k)) {
    waiting.set(k, new Promise((resolve) => {
      const missing = () => { waiting.delete(k); script.remove(); resolve(null); };
      const script = element("script", { src: `${contents.folder}/${String(k).padStart(5, "0")}.js`, onerror: missing });
      script.resolve = resolve;
      document.head.append(script);
    }));
  }
  return waiting.get(k);
}
window.taawunPage = (k, page) => {
  if (loaded.size > 40) loaded.delete(loaded.keys().next().value);
  loaded.set(k, page);
  waiting.delete(k);
  document.currentScript.resolve(page);
  document.currentScript.remove();
};

const isPassing = (row) => {
  if ("x" in row) return !chosen.domains.size && !chosen.none && !chosen.review;
  if (chosen.review && !row.r) return false;
  if (!chosen.domains.size && !chosen.none) return true;
  return (chosen.none && !row.l.length) || row.l.some((k) => chosen.domains.has(k));
};
const holdsWords = (text) => { const { folded } = fold(text); return chosen.words.every((word) => folded.includes(word)); };

function mayPass(k) {
  if (chosen.review && !articles.review[k]) return false;
  if ((chosen.domains.size || chosen.none) && !(chosen.none && articles.none[k]) && !articles.domains[k].some((d) => chosen.domains.has(d))) return false;
  if (chosen.source !== "" && articles.source[k] !== Number(chosen.source)) return false;
  const date = articles.date[k] ?? "";
  return !(chosen.from && (!date || date.slice(0, chosen.from.length) < chosen.from)) && !(chosen.to && (!date || date.slice(0, chosen.to.length) > chosen.to));
}

async function find() {
  const mine = (search += 1);
  const candidates = [];
  for (let k = 0; k < articles.id.length; k += 1) if (mayPass(k)) candidates.push(k);
  shown = 60;
  unopened = 0;
  if (!chosen.words.length) {
    matches = candidates;
    drawList();
    return;
  }
  matches = [];
  byId("found").textContent = say.searching;
  for (const k of candidates) {
    const page = await loadPage(articles.page[k]);
    if (mine !== search) return;
    if (!page) unopened += 1;
    if (holdsWords(articles.title[k] ?? "") || page?.[articles.at[k]].some((row) => holdsWords(row.t))) matches.push(k);
  }
  drawList();
}

function chip(k, attributes = {}, ...more) {
  const name = "onclick" in attributes ? "button" : "span";
  return element(name, { class: "chip", hue: hueOf(k), ...attributes }, nameOf(k), ...more);
}
const noneChip = (attributes = {}, ...more) => element("onclick" in attributes ? "button" : "span", { class: "chip none", ...attributes }, say.none, ...more);
const titleOf = (k) => articles.title[k] || articles.beginning[k] || articles.id[k] || say.untitled;

function drawFilters() {
  const toggle = (k) => () => { chosen.domains.has(k) ? chosen.domains.delete(k) : chosen.domains.add(k); drawFilters(); find(); };
  const count = (n) => element("small", {}, n.toLocaleString("en"));
  byId("domains").replaceChildren(
    ...domains.map((_, k) => chip(k, { onclick: toggle(k), "aria-pressed": String(chosen.domains.has(k)) }, count(contents.totals.domains[k]))),
    ...(contents.single ? [] : [noneChip({ "aria-pressed": String(chosen.none), onclick: () => { chosen.none = !chosen.none; drawFilters(); find(); } }, count(contents.totals.none))]));
  byId("source").replaceChildren(element("option", { value: "" }, say.all_sources),
    ...contents.sources.map((name, k) => element("option", { value: k, selected: chosen.source === String(k) }, name ?? say.unknown)));
}

function drawList() {
  byId("found").textContent = say.found(matches.length, articles.id.length) + (unopened ? ` · ${say.unopened(unopened)}` : "");
  const lines = matches.slice(0, shown).map((k) => element("li", {}, element("button", { "aria-current": String(k === current), onclick: () => go(k) },
    element("bdi", { class: "name", dir: "auto" }, titleOf(k)),
    element("span", { class: "meta" }, articles.date[k] ? element("bdi", {}, articles.date[k]) : null,
      contents.sources[articles.source[k]] ? element("bdi", {}, contents.sources[articles.source[k]]) : null, element("span", {}, say.paragraphs(articles.count[k])),
      articles.review[k] ? element("span", { class: "flag" }, `⚑ ${articles.review[k]}`) : null),
    element("span", { class: "dots" }, ...articles.domains[k].map((d) => element("i", { hue: hueOf(d), title: nameOf(d) }))))));
  if (matches.length > shown) lines.push(element("li", {}, element("button", { onclick: () => { shown += 200; drawList(); } }, say.show_more)));
  byId("list").replaceChildren(...lines);
  if (!matches.length) { current = -1; byId("main").replaceChildren(element("p", { class: "empty" }, say.nothing)); }
  else if (!matches.includes(current)) go(matches[0], false);
  else drawArticle();
}

async function go(k, moves = true, paragraph = -1) {
  current = k;
  here = paragraph;
  open = new Set();
  because = null;
  for (const button of byId("list").querySelectorAll("button")) button.removeAttribute("aria-current");
  const at = matches.indexOf(k);
  byId("list").children[at]?.firstChild.setAttribute("aria-current", "true");
  history.replaceState(null, "", `#${k}`);
  await drawArticle();
  if (moves) { window.scrollTo(0, 0); if (matchMedia("(max-width: 760px)").matches) byId("main").scrollIntoView(); }
  if (here >= 0) step(0);
}

async function drawArticle() {
  const k = current;
  if (k < 0) return;
  const page = await loadPage(articles.page[k]);
  if (k !== current) return;
  const at = matches.indexOf(k);
  if (!page) { byId("main").replaceChildren(element("p", { class: "empty" }, say.missing(contents.folder))); return; }
  const rows = page[articles.at[k]];
  const { keep } = byId("main").contains(document.activeElement) ? document.activeElement.dataset : {};
  byId("main").replaceChildren(element("article", { class: "article", dir: "rtl" },
    element("header", {}, articles.title[k] ? element("h1", { dir: "auto" }, articles.title[k]) : null, element("div", { class: "meta" },
      contents.sources[articles.source[k]] ? element("bdi", {}, contents.sources[articles.source[k]]) : null, articles.date[k] ? element("bdi", {}, articles.date[k]) : null,
      element("bdi", {}, articles.place[k]), element("bdi", {}, say.paragraphs(articles.count[k]))),
    rows.some((row) => row.e) ? element("p", { class: "hint" }, element("bdi", {}, say.choose_domain)) : null),
    ...rows.map((row, number) => "x" in row ? leftOut(row) : paragraph(row, number))),
  element("div", { class: "turn" }, element("button", { disabled: at <= 0, onclick: () => go(matches[at - 1]) }, say.previous),
    element("button", { disabled: at < 0 || at + 1 >= matches.length, onclick: () => go(matches[at + 1]) }, say.next)));
  if (keep) byId("main").querySelector(`[data-keep="${keep}"]`)?.focus({ preventScroll: true });
}

const leftOut = (row) => element("div", { class: "left-out" }, element("p", { dir: "auto" }, row.t), element("small", {}, say.left_out(row.x)));

function paragraph(row, number) {
  const chips = row.l.map((k) => {
    const isShown = isBecause(number, k);
    const shows = { title: say.show_words, "aria-pressed": String(isShown), "data-keep": `${number} ${k}`, onclick: () => { because = isShown ? null : [number, k]; drawArticle(); } };
    return chip(k, row.e?.[k] ? shows : {}, element("small", {}, percent(row.p[k] / 1000)));
  });
  const isOpen = open.has(number);
  const under = element("div", { class: "under" }, ...(chips.length ? chips : [noneChip()]),
    row.r ? element("span", { class: "review" }, `⚑ ${say.review}`) : null,
    element("button", { class: "more", "aria-expanded": String(isOpen), "data-keep": `${number} all`, onclick: () => { isOpen ? open.delete(number) : open.add(number); drawArticle(); } }, say.probabilities));
  const hue = row.l.length ? hueOf(row.l[0]) : null;
  return element("div", { class: `paragraph${row.l.length ? " has" : ""}${number === here ? " here" : ""}${isPassing(row) ? "" : " faint"}`, "data-number": number, ...(hue === null ? {} : { hue }) },
    element("p", { lang: "ar" }, ...marked(row, number)), under, isOpen ? bars(row) : null);
}

const isBecause = (number, k) => because?.[0] === number && because[1] === k;
function showNextWords() {
  const row = loaded.get(articles.page[current])?.[articles.at[current]]?.[here];
  const told = row?.l?.filter((k) => row.e?.[k]) ?? [];
  const next = told[told.findIndex((k) => isBecause(here, k)) + 1];
  because = next === undefined ? null : [here, next];
  drawArticle();
}

function marked(row, number) {
  const spans = [];
  if (because && because[0] === number) for (const [start, end] of row.e[because[1]]) spans.push([start, end, "because"]);
  else if (chosen.words.length) {
    const { folded, places } = fold(row.t);
    for (const word of chosen.words) for (let at = folded.indexOf(word); at >= 0; at = folded.indexOf(word, at + word.length)) spans.push([places[at], places[at + word.length - 1] + 1, "mark"]);
  }
  spans.sort((a, b) => a[0] - b[0]);
  const parts = [];
  let last = 0;
  for (const [start, end, kind] of spans) {
    if (start < last) continue;
    parts.push(row.t.slice(last, start), kind === "mark" ? element("mark", {}, row.t.slice(start, end)) : element("span", { class: "because", hue: hueOf(because[1]) }, row.t.slice(start, end)));
    last = end;
  }
  return [...parts, row.t.slice(last)];
}

const bars = (row) => element("table", { class: "bars" }, element("tbody", {}, ...domains.map((domain, k) => k).sort((a, b) => row.p[b] - row.p[a]).map((k) =>
  element("tr", {}, element("th", { scope: "row" }, nameOf(k)), element("td", {}, element("div", { class: `bar${row.l.includes(k) ? " on" : ""}`, hue: hueOf(k) },
    element("i", { style: `width:${row.p[k] / 10}%` }), contents.single ? null : element("b", { style: `inset-inline-start:${domains[k].threshold * 100}%` }))),
  element("td", { class: "value" }, (row.p[k] / 1000).toFixed(2))))));

function step(by) {
  const found = [...byId("main").querySelectorAll(".paragraph")];
  if (!found.length) return;
  const at = found.findIndex((each) => Number(each.dataset.number) === here);
  const to = found[Math.max(0, Math.min(found.length - 1, at < 0 ? 0 : at + by))];
  found.forEach((each) => each.classList.remove("here"));
  to.classList.add("here");
  here = Number(to.dataset.number);
  to.scrollIntoView({ block: "center", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
}

async function nextUncertain() {
  const start = Math.max(0, matches.indexOf(current));
  for (let ahead = 0; ahead <= matches.length; ahead += 1) {
    const k = matches[(start + ahead) % matches.length];
    if (!articles.review[k]) continue;
    const page = await loadPage(articles.page[k]);
    if (!page) continue;
    const number = page[articles.at[k]].findIndex((row, n) => row.r && isPassing(row) && (ahead > 0 || n > here));
    if (number < 0) continue;
    if (k !== current) await go(k, false, number);
    else { here = number; step(0); }
    return;
  }
}

function drawWords() {
  say = WORDS[language];
  document.documentElement.lang = language;
  document.documentElement.dir = language === "ar" ? "rtl" : "ltr";
  for (const each of document.querySelectorAll("[data-say]")) each.textContent = say[each.dataset.say];
  const { totals, model } = contents;
  byId("about").textContent = say.about({ articles: totals.articles.toLocaleString("en"), paragraphs: totals.paragraphs.toLocaleString("en"), model });
  byId("language").textContent = language === "ar" ? "English" : "عربي";
  byId("language").lang = language === "ar" ? "en" : "ar";
  const keys = [["j k", say.key_next], ["] [", say.key_article], ["n", say.key_review], ["p", say.key_probabilities], ["w", say.key_words], ["/", say.key_search], ["o", say.key_tab]];
  byId("keys").replaceChildren(element("b", {}, say.keys), element("dl", {}, ...keys.flatMap(([names, told]) => [element("dt", {}, ...names.split(" ").map((name) => element("kbd", {}, name))), element("dd", {}, told)])),
    element("button", { onclick: () => byId("keys").close() }, say.close));
  byId("overview").replaceChildren(...drawOverview(contents, say, nameOf, hueOf));
  drawFilters();
  drawList();
}

function show(tab) {
  for (const name of ["read", "overview"]) {
    byId(name).hidden = name !== tab;
    byId(`tab-${name}`).setAttribute("aria-selected", String(name === tab));
  }
}
const settle = (name, act, event = "change") => byId(name).addEventListener(event, () => { act(byId(name)); find(); });
let typed = 0;
byId("search").addEventListener("input", () => {
  clearTimeout(typed);
  typed = setTimeout(() => { chosen.words = fold(byId("search").value).folded.split(/\s+/).filter(Boolean); find(); }, 200);
});
settle("source", (field) => { chosen.source = field.value; });
settle("from", (field) => { chosen.from = dateOf(field.value); }, "input");
settle("to", (field) => { chosen.to = dateOf(field.value); }, "input");
settle("review", (field) => { chosen.review = field.checked; });
byId("clear").addEventListener("click", () => {
  Object.assign(chosen, { domains: new Set(), none: false, source: "", from: "", to: "", review: false, words: [] });
  for (const name of ["search", "from", "to"]) byId(name).value = "";
  byId("review").checked = false;
  drawFilters();
  find();
});
byId("language").addEventListener("click", () => { language = language === "ar" ? "en" : "ar"; drawWords(); });
byId("theme").addEventListener("click", () => {
  const isDark = (document.documentElement.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
  document.documentElement.dataset.theme = isDark ? "light" : "dark";
});
byId("help").addEventListener("click", () => byId("keys").showModal());
byId("tab-read").addEventListener("click", () => show("read"));
byId("tab-overview").addEventListener("click", () => show("overview"));
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || byId("keys").open) return;
  if (event.target.matches("input, select")) { if (event.key === "Escape") event.target.blur(); return; }
  const at = matches.indexOf(current);
  const act = {
    j: () => step(1), k: () => step(-1), n: nextUncertain, "/": () => byId("search").focus(), "?": () => byId("keys").showModal(),
    "]": () => at + 1 < matches.length && go(matches[at + 1]), "[": () => at > 0 && go(matches[at - 1]),
    p: () => { if (here >= 0) { open.has(here) ? open.delete(here) : open.add(here); drawArticle(); } },
    w: showNextWords,
    o: () => show(byId("read").hidden ? "read" : "overview"),
  }[event.key];
  if (act) { event.preventDefault(); act(); }
});
if (matchMedia("(max-width: 760px)").matches) byId("filters").open = false;
const asked = Number.parseInt(location.hash.slice(1), 10);
matches = articles.id.map((_, k) => k);
if (asked >= 0 && asked < articles.id.length) current = asked;
language = (navigator.language || "en").startsWith("ar") ? "ar" : "en";
drawWords();
