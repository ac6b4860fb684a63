"use strict";
// Tables are sorted by a column on request; everything is read without this.
for (const table of document.querySelectorAll("figure table")) {
  const body = table.tBodies[0];
  [...table.tHead.rows[0].cells].forEach((cell, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = cell.textContent;
    cell.replaceChildren(button);
    let down = false;
    button.addEventListener("click", () => {
      const read = (row) => row.cells[column].textContent;
      const number = (text) => (text === "" ? NaN : Number(text.replaceAll(",", "")));
      const order = (one, other) => {
        const [a, b] = [number(read(one)), number(read(other))];
        return Number.isNaN(a) || Number.isNaN(b) ? read(one).localeCompare(read(other)) : a - b;
      };
      const rows = [...body.rows].sort(order);
      body.append(...(down ? rows.reverse() : rows));
      down = !down;
      for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
      cell.setAttribute("aria-sort", down ? "ascending" : "descending");
    });
  });
}
