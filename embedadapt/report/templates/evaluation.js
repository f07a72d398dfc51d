"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const data = JSON.parse(byId("data").textContent);
  const nWords = data.counts.length;
  const last = data.scales.length - 1;
  const places = new Map(data.names.slice(0, nWords).map((name, place) => [name, place]));
  const plane = byId("plane");
  const search = byId("search");
  const scale = byId("scale");
  byId("explorer").hidden = false;

  const drawn = (kind, parent = plane) => parent.appendChild(document.createElementNS("http://www.w3.org/2000/svg", kind));
  const all = drawn("path");
  all.classList.add("all");
  const trail = drawn("path");
  trail.classList.add("trail");
  const dots = data.counts.map((_, word) => {
    const dot = drawn("circle");
    dot.classList.toggle("fresh", data.isNew[word] === 1);
    return dot;
  });
  const ring = drawn("circle");
  ring.classList.add("ring");
  const labels = drawn("g");
  const pointed = drawn("text");
  pointed.classList.add("pointed");

  let step = data.opensAt;
  let chosen = -1;
  let view = { zoom: 1, x: 500, y: 500 };

  // Where words are, in pixels: the whole map in the frame, or a part of it around a point.
  const size = () => [plane.clientWidth || 600, plane.clientHeight || 500];
  const extent = [0, 1].map((axis) => Math.max(1, ...data.at.flatMap((row) => row.filter((_, i) => i % 2 === axis))));
  const stood = (word, at) => !(data.isNew[word] && at === 0);
  const pixels = (word, at) => {
    const [width, height] = size();
    const factor = Math.min((width - 60) / extent[0], (height - 50) / extent[1]) * view.zoom;
    const middle = view.zoom === 1 ? [extent[0] / 2, extent[1] / 2] : [view.x, view.y];
    const [x, y] = [data.at[at][2 * word], data.at[at][2 * word + 1]];
    return [width / 2 + (x - middle[0]) * factor, height / 2 - (y - middle[1]) * factor];
  };
  const line = (word) => (data.isNew[word] ? "" : `M${pixels(word, 0).map(Math.round)}L${pixels(word, step).map(Math.round)}`);

  const near = (word, at) => {
    const flat = data.near[at][word];
    return Array.from({ length: flat.length / 2 }, (_, i) => ({ name: data.names[flat[2 * i]], place: flat[2 * i], cosine: flat[2 * i + 1] }));
  };

  // As many names as have room: the chosen word and its neighbors first, then the words in order.
  const label = (nearby) => {
    labels.replaceChildren();
    const taken = [];
    const [width, height] = size();
    const write = (word, kind, most) => {
      if (!stood(word, step) || taken.length >= most) return;
      const [x, y] = pixels(word, step);
      const wide = data.names[word].length * (kind === "chosen" ? 8.5 : 6.8) + 8;
      const left = x + wide + 8 > width ? x - wide : x + 6;
      const box = [left, y - 9, left + wide, y + 7];
      const outside = box[0] < 0 || box[1] < 0 || box[2] > width || box[3] > height;
      if (outside || (kind !== "chosen" && taken.some((b) => box[0] < b[2] && b[0] < box[2] && box[1] < b[3] && b[1] < box[3]))) return;
      taken.push(box);
      const text = drawn("text", labels);
      text.setAttribute("x", String(left));
      text.setAttribute("y", String(y + 4));
      text.setAttribute("class", kind);
      text.textContent = data.names[word];
    };
    if (chosen >= 0) write(chosen, "chosen", Infinity);
    for (const word of nearby) write(word, "near", Infinity);
    for (let word = 0; word < nWords; word += 1) write(word, "faint", Math.round((width * height) / 9000));
  };

  const listed = (list, words, others, kind) => {
    const known = new Set(others.map((one) => one.name));
    list.replaceChildren(...words.map((one) => {
      const row = document.createElement("li");
      const name = document.createElement("bdi");
      name.textContent = one.name;
      let holder = name;
      if (one.place < nWords) {
        holder = document.createElement("button");
        holder.type = "button";
        holder.className = "word";
        holder.dataset.word = one.name;
        holder.append(name);
      }
      const wrap = document.createElement("span");
      wrap.append(holder);
      if (!known.has(one.name)) wrap.className = kind;
      const figure = document.createElement("span");
      figure.textContent = (one.cosine / 100).toFixed(2);
      row.append(wrap, figure);
      return row;
    }));
  };

  const describe = (before, after) => {
    const amount = data.scales[step];
    const percent = `${Math.round(100 * amount)} %`;
    byId("scale-now").textContent = !step ? "0, the base" : data.byWord ? percent : String(amount);
    scale.setAttribute("aria-valuetext", byId("scale-now").textContent);
    const where = data.byWord ? `With ${percent} of the adapter` : `At scale ${amount}`;
    byId("after-title").textContent = step ? where : "At 0, the base";
    if (chosen < 0) return;
    byId("chosen").textContent = data.names[chosen];
    const count = `The corpus uses it ${data.counts[chosen].toLocaleString("en")} times.`;
    const shared = after.filter((one) => before.some((other) => other.name === one.name)).length;
    byId("about").textContent = data.isNew[chosen]
      ? `${count} The base has no vector for it.`
      : `${count} Its cosine with its base vector is ${(data.self[step][chosen] / 100).toFixed(2)}, and ${shared} of its ${before.length} nearest words stay the same.`;
    listed(byId("before"), before, after, "left");
    listed(byId("after"), after, before, "came");
  };

  const show = () => {
    plane.setAttribute("viewBox", `0 0 ${size().join(" ")}`); // on paper, the map is scaled
    const before = chosen < 0 ? [] : near(chosen, 0);
    const after = chosen < 0 ? [] : near(chosen, step);
    const nearby = after.map((one) => one.place).filter((place) => place < nWords);
    const marked = new Set(nearby);
    dots.forEach((dot, word) => {
      const [x, y] = pixels(word, step);
      dot.style.transform = `translate(${x.toFixed(1)}px, ${y.toFixed(1)}px)`;
      dot.setAttribute("r", word === chosen ? "6" : marked.has(word) ? "4.5" : "2.6");
      dot.classList.toggle("chosen", word === chosen);
      dot.classList.toggle("near", marked.has(word));
      dot.style.display = stood(word, step) ? "" : "none";
    });
    if (chosen >= 0) plane.insertBefore(dots[chosen], labels);
    const moved = chosen >= 0 && !data.isNew[chosen] && step > 0;
    ring.style.display = moved ? "" : "none";
    ring.setAttribute("r", "6");
    if (moved) ring.style.transform = `translate(${pixels(chosen, 0).map((v) => `${v.toFixed(1)}px`).join(", ")})`;
    trail.setAttribute("d", moved ? line(chosen) : "");
    all.setAttribute("d", byId("trails").checked ? dots.map((_, word) => line(word)).join("") : "");
    label(nearby);
    describe(before, after);
  };

  const choose = (word) => {
    chosen = word;
    search.value = data.names[word];
    if (view.zoom > 1) [view.x, view.y] = data.at[step].slice(2 * word, 2 * word + 2);
    show();
  };

  // Ways to choose: the search box, a point, any word in a list.
  byId("words").append(...data.names.slice(0, nWords).map((name) => new Option(name)));
  const look = (whole) => {
    const wanted = search.value.trim();
    const lower = wanted.toLowerCase();
    let found = places.get(wanted) ?? places.get(lower);
    if (found === undefined && whole && lower) {
      const name = data.names.slice(0, nWords).find((one) => one.toLowerCase().startsWith(lower));
      found = places.get(name);
    }
    if (found !== undefined) choose(found);
    else if (whole && lower) byId("about").textContent = `“${wanted}” is not on the map.`;
  };
  search.addEventListener("input", () => look(false));
  search.form.addEventListener("submit", (event) => {
    event.preventDefault();
    look(true);
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button.word");
    if (!button || !places.has(button.dataset.word)) return;
    choose(places.get(button.dataset.word));
    if (!button.closest("#explorer")) byId("map").scrollIntoView();
  });
  const under = (event) => {
    const box = plane.getBoundingClientRect();
    let [best, closest] = [-1, 20];
    for (let word = 0; word < nWords; word += 1) {
      if (!stood(word, step)) continue;
      const [x, y] = pixels(word, step);
      const apart = Math.hypot(x - event.clientX + box.left, y - event.clientY + box.top);
      if (apart < closest) [best, closest] = [word, apart];
    }
    return best;
  };
  plane.addEventListener("click", (event) => {
    const word = under(event);
    if (word >= 0) choose(word);
  });
  plane.addEventListener("pointermove", (event) => {
    const word = under(event);
    pointed.textContent = word < 0 ? "" : data.names[word];
    if (word < 0) return;
    const [x, y] = pixels(word, step);
    pointed.setAttribute("x", String(x));
    pointed.setAttribute("y", String(y - 9));
  });

  scale.addEventListener("input", () => {
    step = Number(scale.value);
    show();
  });
  byId("trails").addEventListener("change", show);
  let playing = 0;
  byId("play").addEventListener("click", () => {
    clearInterval(playing);
    const go = (to) => {
      scale.value = String(to);
      step = to;
      show();
    };
    go(0);
    playing = setInterval(() => {
      if (step < last) go(step + 1);
      else clearInterval(playing);
    }, 900);
  });
  const zoom = (factor) => {
    view.zoom = Math.min(Math.max(view.zoom * factor, 1), 16);
    if (chosen >= 0) [view.x, view.y] = data.at[step].slice(2 * chosen, 2 * chosen + 2);
    show();
  };
  byId("closer").addEventListener("click", () => zoom(2));
  byId("farther").addEventListener("click", () => zoom(0.5));
  new ResizeObserver(show).observe(plane);
  choose(data.chosen);
})();
