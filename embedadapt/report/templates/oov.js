"use strict";
(() => {
  const FIRST = 50; // words shown at first
  const MORE = 1000; // words that a press of the button adds

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

  // The lines of further words, unpacked.
  const unpack = async (packed) => {
    const bytes = Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return (await new Response(stream).text()).split("\n");
  };

  // The entries of further words, a line each: they become rows when they are shown.
  // causes: the titles of the causes, which a line has by number.
  const further = (lines, causes, first, lang) =>
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
        head.firstChild.lang = lang;
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

  const number = (text) => Number(text.replaceAll(",", ""));
  const tokensOf = (entries) => entries.reduce((sum, entry) => sum + number(entry.cells[1]), 0);

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
    const packed = one(".further");
    const causes = [...cause.options].slice(1).map((option) => option.value);
    const [nListed, nTokens] = [Number(table.dataset.listed), Number(table.dataset.tokens)];
    let failed = false;

    // Further words are unpacked once, when a reader first asks for more than the first rows.
    let loading = null;
    const load = () => {
      loading ??= packed === null ? Promise.resolve() : unpack(packed.textContent).then(
        (lines) => { entries.push(...further(lines, causes, entries.length, table.dataset.lang)); },
        () => { failed = true; },
      );
      return loading;
    };

    const show = () => {
      const wanted = search.value.trim().toLowerCase();
      const all = !wanted && !cause.value;
      const fitting = entries.filter((entry) =>
        entry.text.includes(wanted) && (!cause.value || entry.cells[4] === cause.value));
      const shown = fitting.slice(0, most);
      const n = all && !failed ? nListed : fitting.length;
      const tokens = all && !failed ? nTokens : tokensOf(fitting);
      const left = n - shown.length;
      last = shown.at(-1);
      for (const body of [...table.tBodies]) body.remove();
      table.append(...shown.map((entry) => entry.rowOf()));
      const of = all ? "" : ` of ${figure(nListed)}`;
      const share = tokens ? (100 * (tokens - tokensOf(shown))) / tokens : 0;
      const rest = left ? `. The first ${figure(shown.length)} are shown; the other ${figure(left)} are ${share.toFixed(1)} % of their tokens` : "";
      const less = failed ? `. This browser cannot unpack ${figure(nListed - entries.length)} further words` : "";
      one(".found").textContent = `${figure(n)}${of} ${n === 1 && all ? "word" : "words"}${rest}${less}`;
      one(".none").hidden = fitting.length > 0;
      more.hidden = !left;
      more.textContent = left > MORE ? `Show ${figure(MORE)} more` : `Show the other ${figure(left)}`;
    };
    const showAll = async () => {
      if (packed && !loading) one(".found").textContent = "The words are being unpacked …";
      await load();
      show();
    };
    search.addEventListener("input", showAll);
    cause.addEventListener("change", showAll);
    search.form.addEventListener("submit", (event) => event.preventDefault());
    one(".clear").addEventListener("click", () => {
      [search.value, cause.value] = ["", ""];
      show();
      search.focus();
    });
    more.addEventListener("click", async () => {
      const next = last;
      most += MORE;
      await showAll();
      next.rowOf().querySelector("button")?.focus();
    });

    const openAll = one(".open-all");
    openAll.addEventListener("click", () => {
      const open = openAll.getAttribute("aria-pressed") !== "true";
      openAll.setAttribute("aria-pressed", String(open));
      for (const entry of entries) entry.set(open);
    });

    const headers = [...table.tHead.rows[0].cells];
    headers.forEach((header, column) => {
      const figures = header.classList.contains("n");
      header.querySelector("button").addEventListener("click", async () => {
        const now = header.getAttribute("aria-sort");
        const rising = now ? now === "descending" : !figures;
        for (const other of headers) other.removeAttribute("aria-sort");
        header.setAttribute("aria-sort", rising ? "ascending" : "descending");
        const compare = (a, b) => figures
          ? number(a.cells[column]) - number(b.cells[column])
          : a.cells[column].localeCompare(b.cells[column]);
        await load();
        entries.sort((a, b) => (rising ? compare(a, b) : compare(b, a)) || a.rank - b.rank);
        show();
      });
    });
    show();
  };

  // The strip: point at a bar, or go to it by the arrow keys, to read it; click it, or press Enter,
  // to find its row.
  const enlivenStrip = (report) => {
    const strip = report.querySelector(".strip");
    if (!strip) return;
    const rows = report.querySelector(".documents").tBodies[0].rows;
    const here = report.querySelector(".here");
    let place = -1;
    const at = (event) => {
      const box = strip.getBoundingClientRect();
      return Math.floor(((event.clientX - box.left) / box.width) * rows.length);
    };
    const read = (wanted) => {
      place = Math.min(Math.max(wanted, 0), rows.length - 1);
      report.querySelector(".cursor").setAttribute("x", String(place));
      const [name, , raw, left] = [...rows[place].cells].map((cell) => cell.textContent.trim());
      const label = document.createElement("bdi");
      label.textContent = name;
      here.replaceChildren(label, `: ${raw} raw, ${left} normalized`);
      strip.setAttribute("aria-valuenow", String(place + 1));
      strip.setAttribute("aria-valuetext", here.textContent);
    };
    const find = () => {
      report.querySelector(".all-documents").open = true;
      for (const row of rows) row.classList.toggle("here", row === rows[place]);
      rows[place].scrollIntoView({ block: "center" });
    };
    strip.addEventListener("pointermove", (event) => read(at(event)));
    strip.addEventListener("click", (event) => {
      read(at(event));
      find();
    });
    strip.addEventListener("focus", () => read(place));
    strip.addEventListener("keydown", (event) => {
      const to = { ArrowRight: place + 1, ArrowUp: place + 1, ArrowLeft: place - 1, ArrowDown: place - 1, Home: 0, End: rows.length - 1 }[event.key];
      if (to !== undefined) read(to);
      else if (event.key === "Enter") find();
      else return;
      event.preventDefault();
    });
  };

  document.querySelectorAll(".report").forEach((report, number) => {
    enlivenWords(report, `r${number}`);
    const senseShifts = report.querySelector(".sense-shifts");
    if (senseShifts) enlivenLines(senseShifts, `r${number}-sense-shift`);
    enlivenStrip(report);
  });
})();
