// What the pages add when there is script: arrow keys in charts, years chosen by dragging over a chart, controls that act at once, the
// key "/" for the search field. Everything works without it.

/** Lets the arrow keys walk along the points of a chart; one point at a time is a stop of Tab. */
function walk(plot) {
  const series = [...plot.querySelectorAll(".pt")].map((group) => [...group.querySelectorAll("a")]);
  if (!series.some((points) => points.length)) return;
  let at = [0, series[0].length - 1];
  const point = () => series[at[0]]?.[at[1]];
  const show = (next) => {
    point()?.setAttribute("tabindex", "-1");
    at = next;
    point()?.setAttribute("tabindex", "0");
  };
  show(at);
  plot.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
    if (!step) return;
    const row = Math.min(Math.max(at[0] + step[0], 0), series.length - 1);
    const column = Math.min(Math.max(at[1] + step[1], 0), series[row].length - 1);
    show([row, column]);
    point()?.focus();
    event.preventDefault();
  });
}

/** Marks the row of the table that belongs to the point under the pointer, and the other way round. */
function pair(figure) {
  const table = figure.parentElement?.querySelector("table.series");
  if (!table) return;
  const links = new Map();
  for (const link of [...figure.querySelectorAll(".pt a"), ...table.querySelectorAll("td a")]) {
    const href = link.getAttribute("href");
    links.set(href, [...(links.get(href) ?? []), link]);
  }
  const set = (event, isOn) => {
    const link = event.target.closest?.("a");
    for (const other of links.get(link?.getAttribute("href")) ?? []) other.classList.toggle("paired", isOn);
  };
  for (const part of [figure, table]) {
    part.addEventListener("pointerover", (event) => set(event, true));
    part.addEventListener("pointerout", (event) => set(event, false));
  }
}

/** A note that is open is closed by Escape and by the next one. */
function notes(form) {
  const open = () => form.querySelectorAll("details.nt[open]");
  form.addEventListener("toggle", (event) => {
    if (event.target.open) for (const other of open()) if (other !== event.target) other.open = false;
  }, true);
  form.addEventListener("keydown", (event) => {
    if (event.key === "Escape") for (const one of open()) { one.open = false; one.querySelector("summary").focus(); }
  });
}

/** The address that a form of the method "get" leads to, without empty fields. */
function address(form) {
  const fields = [...new FormData(form)].filter(([, value]) => value !== "");
  return `${form.getAttribute("action")}?${new URLSearchParams(fields)}`;
}

let pending = new AbortController();

/** Shows the page at `href` in place of this one; what has the focus keeps it, what was open stays open. */
async function show(href, isNew) {
  pending.abort();
  pending = new AbortController();
  let answer, text;
  try {
    answer = await fetch(href, { signal: pending.signal });
    text = await answer.text();
  } catch (error) {
    if (error.name !== "AbortError") location.assign(href);
    return;
  }
  if (!answer.ok) return location.assign(href);
  const next = new DOMParser().parseFromString(text, "text/html");
  const focused = document.activeElement;
  const key = focused?.name && `[name="${CSS.escape(focused.name)}"]`;
  const same = focused?.id ? `#${CSS.escape(focused.id)}` : key && `${key}[value="${CSS.escape(focused.value)}"]`;
  const open = [...document.querySelectorAll("form.query details")].map((details) => details.open);
  document.title = next.title;
  for (const part of ["header.site", "main", "footer.end"]) {
    document.querySelector(part).replaceWith(document.adoptNode(next.querySelector(part)));
  }
  document.querySelectorAll("form.query details").forEach((details, at) => { details.open ||= open[at] ?? false; });
  if (same) document.querySelector(same)?.focus();
  document.getElementById("status").textContent = document.querySelector("main .head")?.textContent ?? next.title;
  if (isNew) history.pushState(null, "", href);
  start();
}

/** Lists, boxes and years of a form act at once; terms and conditions when they are sent. */
function live(form) {
  form.addEventListener("change", (event) => {
    if (event.target.matches("select, input[type=checkbox], #from, #to")) show(address(form), true);
  });
}

/** Years are chosen by dragging over the chart; the fields for the first and the last year do the same. */
function brush(plot) {
  const form = document.querySelector("form.query");
  const [first, last] = [Number(plot.dataset.from), Number(plot.dataset.to)];
  if (!form || last <= first) return;
  const box = document.createElement("div");
  box.className = "brush";
  let begun = null;
  const share = (event) => {
    const { left, width } = plot.querySelector("svg").getBoundingClientRect();
    return Math.min(Math.max((event.clientX - left) / width, 0), 0.999999);
  };
  const year = (at) => first + Math.floor(at * (last - first + 1));
  const end = () => { begun = null; box.remove(); };
  plot.addEventListener("pointerdown", (event) => {
    if (event.button === 0 && event.pointerType === "mouse" && !event.target.closest("a")) {
      begun = share(event);
      event.preventDefault();
    }
  });
  plot.addEventListener("pointermove", (event) => {
    if (begun === null || event.buttons !== 1) return end();
    const [from, to] = [begun, share(event)].sort((a, b) => a - b);
    box.style.left = `${from * 100}%`;
    box.style.width = `${(to - from) * 100}%`;
    box.textContent = year(from) === year(to) ? year(from) : `${year(from)}–${year(to)}`;
    if (!box.isConnected) plot.append(box);
  });
  plot.addEventListener("pointerup", (event) => {
    if (begun === null || !box.isConnected) return end();
    const [from, to] = [begun, share(event)].sort((a, b) => a - b).map(year);
    end();
    form.elements.namedItem("from").value = from;
    form.elements.namedItem("to").value = to;
    show(address(form), true);
  });
  plot.addEventListener("pointerleave", end);
}

/** Gives the elements of the page what script adds. */
function start() {
  document.querySelectorAll(".plot").forEach(walk);
  document.querySelectorAll(".plot[data-from]").forEach(brush);
  document.querySelectorAll(".trend > figure.chart").forEach(pair);
  document.querySelectorAll("form.query").forEach(live);
  document.querySelectorAll("form").forEach((form) => form.querySelector("details.nt") && notes(form));
}

start();
addEventListener("popstate", () => show(location.href, false));
document.addEventListener("keydown", (event) => {
  const isTyping = event.target.closest?.("input, textarea, select");
  if (event.key === "/" && !isTyping && !event.ctrlKey && !event.metaKey && !event.altKey) {
    document.getElementById("q")?.focus();
    event.preventDefault();
  }
});
