"use strict";
// Small scripts of the pages of dls: copying commands, curves, graphs, live pages, sorting in reports. Nothing is fetched but from this server.
(() => {
  const $ = (q, at = document) => [...at.querySelectorAll(q)];

  for (const button of $("button[data-copy]")) {
    button.addEventListener("click", async () => {
      const text = document.getElementById(button.dataset.copy).textContent;
      try { await navigator.clipboard.writeText(text); } catch {
        const area = Object.assign(document.createElement("textarea"), { value: text });
        document.body.append(area); area.select(); document.execCommand("copy"); area.remove();
      }
      button.textContent = "copied";
      setTimeout(() => { button.textContent = "copy"; }, 1500);
    });
  }

  // Sorting a table where no server does it: a report.
  for (const table of $("table[data-sortable]")) {
    $("thead th", table).forEach((th, column) => {
      const button = th.querySelector("button");
      button?.addEventListener("click", () => {
        const down = th.getAttribute("aria-sort") !== "descending";
        $("thead th", table).forEach(other => other.removeAttribute("aria-sort"));
        th.setAttribute("aria-sort", down ? "descending" : "ascending");
        const rows = $("tbody tr", table).map(tr => ({ tr, key: tr.cells[column].dataset.value ?? tr.cells[column].textContent.trim() }));
        const number = t => t === "" ? null : Number(t);
        rows.sort((a, b) => {
          if ((a.key === "") !== (b.key === "")) return a.key === "" ? 1 : -1;
          const x = number(a.key), y = number(b.key);
          const order = Number.isNaN(x) || Number.isNaN(y) ? a.key.localeCompare(b.key) : x - y;
          return down ? -order : order;
        });
        table.tBodies[0].append(...rows.map(r => r.tr));
      });
    });
  }
  for (const input of $("input[data-search]")) {
    input.addEventListener("input", () => {
      const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      for (const tr of $("tbody tr", document.getElementById(input.dataset.search))) {
        const hit = words.every(w => tr.textContent.toLowerCase().includes(w));
        tr.classList.toggle("hidden", !hit);
        shown += hit ? 1 : 0;
      }
      const count = document.getElementById(input.dataset.search + "-count");
      if (count) count.textContent = shown;
    });
  }

  // Choosing rows to compare.
  for (const form of $("form[data-choose]")) {
    const button = form.querySelector("button[data-compare]");
    const update = () => {
      const n = $("input[type=checkbox][name=t]:checked", form).length;
      button.disabled = n < 2;
      button.textContent = n < 2 ? "compare (choose two or more)" : `compare ${n} runs`;
    };
    form.addEventListener("change", update);
    addEventListener("pageshow", update);
    update();
  }

  // Curves: {metric, runs: [{name, x: [...], y: [...]}]} in a script element; y null where there is no finite number.
  const colour = i => getComputedStyle(document.documentElement).getPropertyValue("--c" + (i % 6)).trim();
  const charts = [];
  const draw = host => drawData(host, JSON.parse(host.querySelector("script").textContent));
  const drawData = (host, data) => {
    const xs = [...new Set(data.runs.flatMap(r => r.x))].sort((a, b) => a - b);
    const at = new Map(xs.map((x, i) => [x, i]));
    // undefined: nothing there, the line goes on; null: a value that is no finite number, the line breaks.
    const columns = data.runs.map(r => { const c = new Array(xs.length).fill(undefined); r.x.forEach((x, i) => { c[at.get(x)] = r.y[i]; }); return c; });
    const text = getComputedStyle(document.documentElement).getPropertyValue("--dim").trim();
    const line = getComputedStyle(document.documentElement).getPropertyValue("--line").trim();
    const axis = { stroke: text, grid: { stroke: line, width: 1 }, ticks: { stroke: line, width: 1 } };
    const width = Math.max(240, host.clientWidth - 22);
    const options = {
      width, height: 240, scales: { x: { time: false }, y: { distr: host.dataset.log === "1" ? 3 : 1 } },
      axes: [{ ...axis }, { ...axis, size: 62 }],
      series: [{ label: data.x }, ...data.runs.map((r, i) => ({
        label: r.name, stroke: colour(i), width: 1.6, dash: i >= 6 ? [6, 3] : undefined,
        points: { show: xs.length < 60 }, value: (_, v) => v == null ? "–" : +v.toPrecision(6),
      }))],
      cursor: { sync: { key: "all" } }, legend: { live: true },
    };
    const plot = new uPlot(options, [xs, ...columns], host.querySelector(".plot"));
    host.dataset.ready = "1";
    charts.push({ host, plot });
  };
  if (window.uPlot) {
    const seen = new IntersectionObserver(entries => {
      for (const e of entries) if (e.isIntersecting) { seen.unobserve(e.target); draw(e.target); }
    }, { rootMargin: "400px" });
    $(".chart").forEach(c => seen.observe(c));
    let wait = 0;
    addEventListener("resize", () => { clearTimeout(wait); wait = setTimeout(() => charts.forEach(c => c.plot.setSize({ width: Math.max(240, c.host.clientWidth - 22), height: 240 })), 120); });
    for (const button of $("button[data-log]")) {
      button.addEventListener("click", () => {
        const on = button.getAttribute("aria-pressed") !== "true";
        button.setAttribute("aria-pressed", on);
        charts.splice(0).forEach(c => { c.plot.destroy(); c.host.dataset.log = on ? "1" : "0"; draw(c.host); });
        $(".chart").forEach(c => { c.dataset.log = on ? "1" : "0"; });
      });
    }
  }

  // A graph: {nodes: [{id, kind, name, href, root}], edges: [{from, to, word}]}, laid out by dagre.
  for (const svg of $("svg.graph")) {
    const data = JSON.parse(document.getElementById(svg.dataset.graph).textContent);
    const g = new dagre.graphlib.Graph();
    g.setGraph({ rankdir: "LR", nodesep: 10, ranksep: 46, marginx: 12, marginy: 12 });
    g.setDefaultEdgeLabel(() => ({}));
    for (const n of data.nodes) n.name = n.name.replace(/^sha256:([0-9a-f]{12})[0-9a-f]{52}$/, "$1");
    const cut = (t, n) => [...t].length > n ? [...t].slice(0, n - 1).join("") + "…" : t;
    for (const n of data.nodes) g.setNode(n.id, { width: 22 + 8 * Math.min(28, Math.max([...n.name].length, [...n.kind].length)), height: 38 });
    for (const e of data.edges) g.setEdge(e.from, e.to);
    dagre.layout(g);
    const ns = "http://www.w3.org/2000/svg";
    const make = (name, attributes, parent) => {
      const el = document.createElementNS(ns, name);
      for (const [k, v] of Object.entries(attributes)) el.setAttribute(k, v);
      parent.append(el);
      return el;
    };
    const size = g.graph();
    const box = { x: 0, y: 0, w: Math.max(size.width, 300), h: Math.max(size.height, 200) };
    const show = () => svg.setAttribute("viewBox", `${box.x} ${box.y} ${box.w} ${box.h}`);
    svg.style.height = Math.min(Math.max(box.h, 320), innerHeight * 0.7) + "px";
    show();
    const marker = make("marker", { id: "arrow", viewBox: "0 0 8 8", refX: 8, refY: 4, markerWidth: 7, markerHeight: 7, orient: "auto" }, make("defs", {}, svg));
    make("path", { d: "M0 0L8 4L0 8Z" }, marker);
    for (const e of g.edges()) {
      const p = g.edge(e).points;
      make("path", { d: "M" + p.map(q => `${q.x.toFixed(1)} ${q.y.toFixed(1)}`).join("L"), "marker-end": "url(#arrow)" }, svg);
    }
    for (const n of data.nodes) {
      const at = g.node(n.id);
      const parent = n.href ? make("a", { href: n.href }, svg) : svg;
      const group = make("g", { class: n.root ? "root" : "", transform: `translate(${at.x - at.width / 2} ${at.y - at.height / 2})` }, parent);
      make("title", {}, group).textContent = `${n.kind} ${n.name}`;
      make("rect", { width: at.width, height: at.height, rx: 6 }, group);
      make("text", { x: 8, y: 15, opacity: 0.75 }, group).textContent = n.kind;
      make("text", { x: 8, y: 31, "font-weight": 600 }, group).textContent = cut(n.name, 28);
    }
    svg.dataset.ready = "1";
    const zoom = (f, cx = box.x + box.w / 2, cy = box.y + box.h / 2) => {
      box.x = cx - (cx - box.x) * f; box.y = cy - (cy - box.y) * f; box.w *= f; box.h *= f; show();
    };
    svg.addEventListener("wheel", e => {
      if (!e.ctrlKey) return;
      e.preventDefault();
      zoom(e.deltaY > 0 ? 1.15 : 1 / 1.15);
    }, { passive: false });
    let from = null;
    svg.addEventListener("pointerdown", e => { from = { x: e.clientX, y: e.clientY }; });
    svg.addEventListener("pointermove", e => {
      if (!from || !(e.buttons & 1)) return;
      const k = box.w / svg.clientWidth;
      box.x -= (e.clientX - from.x) * k; box.y -= (e.clientY - from.y) * k; from = { x: e.clientX, y: e.clientY }; show();
    });
    for (const b of $(`button[data-zoom="${svg.dataset.graph}"]`)) {
      b.addEventListener("click", () => zoom(b.value === "in" ? 1 / 1.3 : 1.3));
    }
  }

  // Live pages: the server says that something changed; lines of a log come as they are.
  const live = document.body.dataset.live;
  if (live) {
    const events = new EventSource(live);
    events.addEventListener("log", e => {
      const log = document.getElementById("log");
      const bottom = log.scrollTop + log.clientHeight >= log.scrollHeight - 20;
      log.append(JSON.parse(e.data));
      if (bottom) log.scrollTop = log.scrollHeight;
    });
    events.addEventListener("state", e => {
      const { state, text, over } = JSON.parse(e.data);
      const at = document.getElementById("live-state");
      if (at) at.textContent = text;
      document.body.dataset.state = state;
      if (over) { events.close(); location.reload(); }
    });
    events.addEventListener("end", () => events.close());
    const waiting = new Map();
    events.addEventListener("point", e => {
      for (const p of JSON.parse(e.data)) {
        if (!waiting.has(p.metric)) waiting.set(p.metric, []);
        waiting.get(p.metric).push(p);
      }
    });
    // Drawn twice a second at most, however fast a log is read.
    const points = new Map();
    const show = () => {
      for (const [metric, more] of waiting) {
        if (!points.has(metric)) {
          const host = document.createElement("div");
          host.className = "chart";
          host.dataset.metric = metric;
          host.append(Object.assign(document.createElement("h3"), { textContent: metric }),
            Object.assign(document.createElement("div"), { className: "plot" }));
          document.getElementById("live-charts").append(host);
          points.set(metric, { host, x: [], y: [] });
        }
        const of = points.get(metric);
        for (const p of more) { of.x.push(p.x); of.y.push(p.y); }
        const chart = charts.find(c => c.host === of.host);
        if (chart) chart.plot.setData([of.x, of.y]);
        else drawData(of.host, { x: "step", runs: [{ name: "now", x: of.x, y: of.y }] });
      }
      waiting.clear();
    };
    setInterval(show, 500);
  }
  document.documentElement.dataset.ready = "1";
})();
