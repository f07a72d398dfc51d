"use strict";
(() => {
  const FIRST = 50; // words shown before all are asked for

  // The entries of a table of words, each of which opens its line of context. Without this script
  // every line is open.
  const enlivenLines = (table, name) =>
    [...table.tBodies].map((body, rank) => {
      const [row, line] = body.rows;
      const cells = [...row.cells].map((cell) => cell.textContent.trim());
      const button = row.querySelector("button");
      const set = (open) => {
        if (!line) return;
        line.hidden = !open;
        button.setAttribute("aria-expanded", String(open));
      };
      if (line) {
        line.id = `${name}-${rank}`;
        button.setAttribute("aria-controls", line.id);
        button.addEventListener("click", () => set(line.hidden));
        set(false);
      }
      return { body, cells, rank, set, text: body.textContent.toLowerCase() };
    });

  // The words: sort, search.
  const enlivenWords = (report, name) => {
    const table = report.querySelector(".words");
    if (!table) return;
    const one = (selector) => report.querySelector(selector);
    const entries = enlivenLines(table, `${name}-line`);
    let most = FIRST;
    const search = one(".search");
    const cause = one(".by-cause");
    const more = one(".more");
    const show = () => {
      const wanted = search.value.trim().toLowerCase();
      let n = 0;
      for (const entry of entries) {
        const fits = entry.text.includes(wanted) && (!cause.value || entry.cells[4] === cause.value);
        n += fits ? 1 : 0;
        entry.body.hidden = !fits || n > most;
      }
      const [fitting, all] = [n, entries.length].map((number) => number.toLocaleString("en"));
      const found = n === entries.length ? `${all} words` : `${fitting} of ${all} words`;
      one(".found").textContent = n > most ? `${found}, the first ${most} shown` : found;
      more.hidden = n <= most;
      more.textContent = `Show all ${fitting}`;
    };
    search.addEventListener("input", show);
    cause.addEventListener("change", show);
    search.form.addEventListener("submit", (event) => event.preventDefault());
    more.addEventListener("click", () => {
      const next = entries.filter((entry) => !entry.body.hidden).at(-1);
      most = Infinity;
      show();
      next.body.querySelector("button")?.focus();
    });

    const openAll = one(".open-all");
    openAll.addEventListener("click", () => {
      const open = openAll.getAttribute("aria-pressed") !== "true";
      openAll.setAttribute("aria-pressed", String(open));
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
        show();
      });
    });
    show();
  };

  // The strip: point at a bar to read it, click to find its row.
  const enlivenStrip = (report) => {
    const strip = report.querySelector(".strip");
    const rows = report.querySelector(".documents").tBodies[0].rows;
    const per = strip.viewBox.baseVal.width;
    const at = (event) => {
      const box = strip.getBoundingClientRect();
      const place = Math.floor(((event.clientX - box.left) / box.width) * per);
      return Math.min(Math.max(place, 0), per - 1);
    };
    strip.addEventListener("pointermove", (event) => {
      const place = at(event);
      report.querySelector(".cursor").setAttribute("x", String(place));
      const row = rows[place];
      if (row) {
        const [name, , raw, left] = [...row.cells].map((cell) => cell.textContent.trim());
        report.querySelector(".here").textContent = `${name}: ${raw} as it stands, ${left} normalised`;
      }
    });
    strip.addEventListener("click", (event) => {
      const row = rows[at(event)];
      if (!row) return;
      report.querySelector(".all-documents").open = true;
      for (const other of rows) other.classList.toggle("here", other === row);
      row.scrollIntoView({ block: "center" });
    });
  };

  document.querySelectorAll(".report").forEach((report, number) => {
    enlivenWords(report, `r${number}`);
    const suspects = report.querySelector(".suspects");
    if (suspects) enlivenLines(suspects, `r${number}-suspect`);
    enlivenStrip(report);
  });
})();
