"use strict";
(() => {
  const FIRST = 50; // words shown before all are asked for

  // The entries of a table of words that are rows already, each of which opens its line of context.
  // Without this script every line is open.
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
      return { rowOf: () => body, cells, rank, set, text: body.textContent.toLowerCase() };
    });

  const figure = (number) => Number(number).toLocaleString("en");

  // The entries of further words, a line each: they become rows when they are shown.
  // causes: the titles of the causes, which a line has by number.
  const further = (lines, causes, first) =>
    lines.map((line, place) => {
      const [word, uses, documents, keyness, number, note] = line.split("\t");
      const cause = causes[number];
      const cells = [word, uses, documents, keyness, cause];
      let body;
      const rowOf = () => {
        if (body) return body;
        body = document.createElement("tbody");
        const row = body.insertRow();
        const head = document.createElement("th");
        head.scope = "row";
        head.append(document.createElement("bdi"));
        head.firstChild.textContent = word;
        if (note) {
          const about = document.createElement("span");
          about.className = "note";
          about.textContent = note;
          head.append(" ", about);
        }
        row.append(head);
        for (const text of [figure(uses), figure(documents), figure(keyness), cause]) {
          row.insertCell().textContent = text;
        }
        return body;
      };
      const text = [...cells, note].join(" ").toLowerCase();
      return { rowOf, cells, rank: first + place, set: () => {}, text };
    });

  // The words: sort, search.
  const enlivenWords = (report, name) => {
    const table = report.querySelector(".words");
    if (!table) return;
    const one = (selector) => report.querySelector(selector);
    const entries = enlivenLines(table, `${name}-line`);
    let last = null; // entry on show
    let most = FIRST;
    const search = one(".search");
    const cause = one(".by-cause");
    const more = one(".more");
    const lines = one(".further")?.textContent.trim().split("\n") ?? [];
    const causes = [...cause.options].slice(1).map((option) => option.value);
    entries.push(...further(lines, causes, entries.length));
    const show = () => {
      const wanted = search.value.trim().toLowerCase();
      const fitting = entries.filter((entry) =>
        entry.text.includes(wanted) && (!cause.value || entry.cells[4] === cause.value));
      const shown = fitting.slice(0, most);
      last = shown.at(-1);
      for (const body of [...table.tBodies]) body.remove();
      table.append(...shown.map((entry) => entry.rowOf()));
      const [n, all] = [fitting.length, table.dataset.total].map(figure);
      const found = n === all ? `${all} words` : `${n} of ${all} words`;
      const some = fitting.length > most;
      one(".found").textContent = some ? `${found}, the first ${most} shown` : found;
      one(".none").hidden = fitting.length > 0;
      more.hidden = !some;
      more.textContent = `Show all ${n}`;
    };
    search.addEventListener("input", show);
    cause.addEventListener("change", show);
    search.form.addEventListener("submit", (event) => event.preventDefault());
    more.addEventListener("click", () => {
      const next = last;
      most = Infinity;
      show();
      next.rowOf().querySelector("button")?.focus();
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
        report.querySelector(".here").textContent = `${name}: ${raw} raw, ${left} normalised`;
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
    const senseShifts = report.querySelector(".sense-shifts");
    if (senseShifts) enlivenLines(senseShifts, `r${number}-sense-shift`);
    enlivenStrip(report);
  });
})();
