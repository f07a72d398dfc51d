"use strict";
(() => {
  const byId = (id) => document.getElementById(id);

  // The words: open a line of context, sort, search. Without this script every line is open.
  const table = byId("words");
  if (table) {
    const entries = [...table.tBodies].map((body, rank) => {
      const [row, line] = body.rows;
      const cells = [...row.cells].map((cell) => cell.textContent.trim());
      const button = row.querySelector("button");
      const set = (open) => {
        line.hidden = !open;
        button.setAttribute("aria-expanded", String(open));
      };
      line.id = `line-${rank}`;
      button.setAttribute("aria-controls", line.id);
      button.addEventListener("click", () => set(line.hidden));
      set(false);
      return { body, cells, rank, set, text: body.textContent.toLowerCase() };
    });

    const search = byId("search");
    const cause = byId("cause");
    const filter = () => {
      const wanted = search.value.trim().toLowerCase();
      let n = 0;
      for (const entry of entries) {
        const shown = entry.text.includes(wanted) && (!cause.value || entry.cells[4] === cause.value);
        entry.body.hidden = !shown;
        n += shown ? 1 : 0;
      }
      byId("found").textContent = n === entries.length ? `${n} words` : `${n} of ${entries.length} words`;
    };
    search.addEventListener("input", filter);
    cause.addEventListener("change", filter);
    search.form.addEventListener("submit", (event) => event.preventDefault());
    filter();

    const openAll = byId("open-all");
    openAll.addEventListener("click", () => {
      const open = openAll.getAttribute("aria-pressed") !== "true";
      openAll.setAttribute("aria-pressed", String(open));
      openAll.textContent = open ? "Close all" : "Open all";
      for (const entry of entries) entry.set(open);
    });

    const number = (text) => Number(text.replaceAll(",", ""));
    const headers = [...table.tHead.rows[0].cells];
    headers.forEach((header, column) => {
      const figures = header.classList.contains("n");
      header.querySelector("button").addEventListener("click", () => {
        const now = header.getAttribute("aria-sort");
        const rising = now ? now === "descending" : !figures;
        for (const other of headers) other.removeAttribute("aria-sort");
        header.setAttribute("aria-sort", rising ? "ascending" : "descending");
        const compare = (a, b) => figures
          ? number(a.cells[column]) - number(b.cells[column])
          : a.cells[column].localeCompare(b.cells[column]);
        entries.sort((a, b) => (rising ? compare(a, b) : compare(b, a)) || a.rank - b.rank);
        table.append(...entries.map((entry) => entry.body));
      });
    });
  }

  // The strip: point at a bar to read it, click to find its row.
  const strip = byId("strip");
  const rows = byId("documents").tBodies[0].rows;
  const per = strip.viewBox.baseVal.width;
  const at = (event) => {
    const box = strip.getBoundingClientRect();
    const place = Math.floor(((event.clientX - box.left) / box.width) * per);
    return Math.min(Math.max(place, 0), per - 1);
  };
  strip.addEventListener("pointermove", (event) => {
    const place = at(event);
    byId("cursor").setAttribute("x", String(place));
    const row = rows[place];
    if (row) {
      const [name, , raw, left] = [...row.cells].map((cell) => cell.textContent.trim());
      byId("here").textContent = `${name}: ${raw} as it stands, ${left} normalised`;
    }
  });
  strip.addEventListener("click", (event) => {
    const row = rows[at(event)];
    if (!row) return;
    byId("all-documents").open = true;
    for (const other of rows) other.classList.toggle("here", other === row);
    row.scrollIntoView({ block: "center" });
  });
})();
