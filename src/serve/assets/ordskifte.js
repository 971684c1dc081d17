// What the pages add when there is script: arrow keys in charts, the key "/" for the search field. Everything works without it.

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

document.querySelectorAll(".plot").forEach(walk);
document.querySelectorAll(".trend > figure.chart").forEach(pair);
document.querySelectorAll("form").forEach((form) => form.querySelector("details.nt") && notes(form));
document.addEventListener("keydown", (event) => {
  const isTyping = event.target.closest?.("input, textarea, select");
  if (event.key === "/" && !isTyping && !event.ctrlKey && !event.metaKey && !event.altKey) {
    document.getElementById("q")?.focus();
    event.preventDefault();
  }
});
