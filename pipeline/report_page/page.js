"use strict";
// Tables can be sorted by the buttons that this puts into their heads; without it they stay as ordered.
for (const table of document.querySelectorAll("table.sortable")) {
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => {
    if (head.classList.contains("plot")) return;
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const isNumber = head.classList.contains("number");
      const before = head.getAttribute("aria-sort");
      const order = before === (isNumber ? "descending" : "ascending") ? -1 : 1;
      const sign = isNumber ? -order : order;
      for (const other of heads) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", sign > 0 ? "ascending" : "descending");
      const key = (row) => {
        const cell = row.cells[column];
        const told = "sort" in cell.dataset ? cell.dataset.sort : cell.textContent.trim();
        return isNumber ? (told === "" ? null : Number(told.replace(/,/g, ""))) : told;
      };
      const compare = (one, other) => {
        const [a, b] = [key(one), key(other)];
        if (a === null || b === null) return (a === null) - (b === null);
        return sign * (isNumber ? a - b : a.localeCompare(b));
      };
      table.tBodies[0].append(...[...table.tBodies[0].rows].sort(compare));
    });
  });
}
// On paper nothing can be opened.
addEventListener("beforeprint", () => {
  for (const each of document.querySelectorAll("details")) each.open = true;
});
