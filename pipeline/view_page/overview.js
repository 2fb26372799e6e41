"use strict";
// The overview: totals that were counted when the page was written. All text goes in by textContent, never as HTML.
function element(name, attributes = {}, ...inside) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key === "hue") made.style.setProperty("--hue", value);
    else if (key === "style") made.style.cssText = value;
    else if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (value === true) made.setAttribute(key, "");
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(key, value);
  }
  made.append(...inside.filter((each) => each !== null && each !== undefined));
  return made;
}
const percent = (share) => share >= .095 || share === 0 ? `${Math.round(share * 100)}%` : `${(share * 100).toFixed(1)}%`;

function drawOverview(contents, say, nameOf, hueOf) {
  const { domains, totals } = contents;
  const all = Math.max(1, totals.paragraphs);
  const tile = (value, told) => element("div", {}, element("b", {}, value), element("span", {}, told));
  return [
    element("div", { class: "tiles" },
      tile(totals.articles.toLocaleString("en"), say.tile_articles), tile(totals.paragraphs.toLocaleString("en"), say.tile_paragraphs),
      tile(percent((all - totals.none) / all), say.tile_labelled), tile(percent(totals.review / all), say.tile_review)),
    section(say.by_domain, say.by_domain_note, domainBars(contents, say, nameOf, hueOf, all)),
    ...overTime(contents, say, nameOf, hueOf),
    ...(contents.single ? [] : [section(say.together, say.together_note, together(domains, totals, nameOf, hueOf))]),
    section(say.by_source, "", sources(contents, say, hueOf, nameOf)),
  ];
}
const section = (title, note, ...inside) =>
  element("section", {}, element("h2", {}, title), note ? element("p", { class: "note" }, note) : null, ...inside);

function domainBars({ domains, totals }, say, nameOf, hueOf, all) {
  const order = domains.map((_, k) => k).sort((a, b) => totals.domains[b] - totals.domains[a]);
  const widest = Math.max(1, ...totals.domains, totals.none);
  const line = (name, count, hue) => element("tr", {}, element("th", { scope: "row" }, name),
    element("td", {}, element("div", { class: "bar on", hue }, element("i", { style: `width:${(100 * count) / widest}%` }))),
    element("td", { class: "value" }, `${count.toLocaleString("en")} · ${percent(count / all)}`));
  const rows = order.map((k) => line(nameOf(k), totals.domains[k], hueOf(k)));
  const none = line(say.none, totals.none, 0);
  none.querySelector("i").style.background = "var(--soft)";
  return element("table", { class: "bars" }, element("tbody", {}, ...rows, ...(totals.none ? [none] : [])));
}

function overTime({ domains, totals }, say, nameOf, hueOf) {
  const { unit, periods, counts, undated } = totals.time;
  if (!periods.length) return [section(say.over_time, say.no_dates)];
  const figures = domains.map((_, k) => {
    const values = counts.map((row) => row[k]);
    const top = Math.max(1, ...values), width = 220, step = width / values.length;
    const drawing = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    drawing.setAttribute("viewBox", `0 0 ${width} 60`);
    drawing.setAttribute("preserveAspectRatio", "none");
    drawing.setAttribute("role", "img");
    drawing.setAttribute("aria-label", `${nameOf(k)}: ${periods.map((each, i) => `${each} ${values[i]}`).join(", ")}`);
    values.forEach((value, i) => {
      const bar = document.createElementNS("http://www.w3.org/2000/svg", "rect");
      const height = value ? Math.max(1, (58 * value) / top) : 0;
      for (const [key, each] of Object.entries({ x: i * step + step * .08, y: 60 - height, width: step * .84, height })) bar.setAttribute(key, each);
      bar.style.fill = `oklch(var(--bar-l) .13 ${hueOf(k)})`;
      const told = document.createElementNS("http://www.w3.org/2000/svg", "title");
      told.textContent = `${periods[i]}: ${value}`;
      bar.append(told);
      drawing.append(bar);
    });
    return element("figure", {}, element("figcaption", {}, element("span", {}, nameOf(k)), element("span", { class: "note" }, say.most(top))), drawing,
      element("div", { class: "ends" }, element("span", {}, periods[0]), element("span", {}, periods[periods.length - 1])));
  });
  const note = say.over_time_note(say[unit]) + (undated ? ` ${say.undated(undated)}` : "");
  return [section(say.over_time, note, element("div", { class: "multiples" }, ...figures))];
}

function together(domains, totals, nameOf, hueOf) {
  const head = element("tr", {}, element("td"), ...domains.map((_, k) => element("th", { scope: "col" }, nameOf(k))));
  const rows = domains.map((_, row) => element("tr", {}, element("th", { scope: "row" }, nameOf(row)), ...domains.map((_, column) => {
    if (row === column) return element("td", {}, totals.domains[row].toLocaleString("en"));
    const share = totals.domains[row] ? totals.together[row][column] / totals.domains[row] : 0;
    return element("td", { style: `background: color-mix(in oklab, oklch(var(--bar-l) .13 ${hueOf(column)}) ${Math.round(share * 100)}%, transparent)` },
      totals.domains[row] ? percent(share) : "");
  })));
  return element("div", { class: "scroll", tabindex: 0, role: "region" }, element("table", { class: "grid" }, element("thead", {}, head), element("tbody", {}, ...rows)));
}

function sources({ totals }, say, hueOf, nameOf) {
  const rows = totals.sources.map((each) => {
    const sum = Math.max(1, each.domains.reduce((a, b) => a + b, 0));
    const parts = each.domains.map((count, k) => count ? element("i", { hue: hueOf(k), style: `width:${(100 * count) / sum}%`, title: `${nameOf(k)}: ${count}` }) : null);
    parts.forEach((part, k) => part && part.style.setProperty("--hue", hueOf(k)));
    return element("tr", {}, element("th", { scope: "row" }, element("bdi", {}, each.name ?? say.unknown)), element("td", { class: "number" }, each.paragraphs.toLocaleString("en")),
      element("td", { class: "number" }, percent(each.review / Math.max(1, each.paragraphs))), element("td", {}, element("div", { class: "stack" }, ...parts)));
  });
  return element("div", { class: "scroll" }, element("table", { class: "sources" },
    element("thead", {}, element("tr", {}, element("th", { scope: "col" }, say.source), element("th", { scope: "col", class: "number" }, say.paragraphs_head),
      element("th", { scope: "col", class: "number" }, say.review_head), element("th", { scope: "col" }, say.mix))), element("tbody", {}, ...rows)));
}
