// The site works without this file: it only searches, filters and sorts the lists that a page already holds.
"use strict";

const STEP = 200; // rows shown at once: a telephone lays out thousands slowly

// Without accents and capitals, so that "agricola" finds "Agrícola".
const bare = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

class List {
  constructor(finder) {
    this.finder = finder;
    this.table = document.getElementById(finder.dataset.list);
    this.body = this.table.tBodies[0];
    this.search = finder.querySelector("[name=q]");
    this.filters = [...finder.querySelectorAll("[data-filter]")];
    this.order = finder.querySelector("[name=orden]");
    this.status = finder.querySelector("[role=status]");
    this.clear = finder.querySelector(".clear");
    this.more = document.querySelector(`[data-more="${this.table.id}"]`);
    this.heads = [...this.table.querySelectorAll("th[data-sort]")];
    this.rows = [...this.body.rows].map((row, place) => ({
      row, place, text: bare(`${row.textContent} ${row.dataset.x || ""}`),
    }));
    this.shown = STEP;
    this.sorted = "";
    this.makeButtons();
    this.listen();
    this.read();
    finder.hidden = false;
  }

  makeButtons() {
    this.order.append(new Option("—", ""));
    for (const head of this.heads) {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => this.sortBy(this.next(head)));
      this.order.append(new Option(button.textContent, this.first(head)));
    }
  }

  listen() {
    this.search.addEventListener("input", () => this.changed());
    for (const filter of this.filters) filter.addEventListener("change", () => this.changed());
    this.order.addEventListener("change", () => this.sortBy(this.order.value));
    this.clear.addEventListener("click", () => {
      this.search.value = "";
      for (const filter of this.filters) filter.value = "";
      this.changed();
      this.search.focus();
    });
    this.more.addEventListener("click", () => {
      const next = this.found[this.shown];
      this.shown += STEP;
      this.show();
      next?.row.querySelector("a")?.focus();
    });
    addEventListener("hashchange", () => this.read());
  }

  // Numbers and dates are wanted largest first, names from A on; a second click turns the order round.
  first(head) {
    const names = !head.classList.contains("num") && head.dataset.sort !== "recibido";
    return (names ? "" : "-") + head.dataset.sort;
  }

  next(head) {
    const key = head.dataset.sort;
    const first = this.first(head);
    if (this.sorted !== first) return first;
    return first === key ? `-${key}` : key;
  }

  sortBy(order) {
    this.sorted = order;
    this.changed();
  }

  changed() {
    this.shown = STEP;
    this.apply();
    this.write();
  }

  // What is searched for stands in the address, so that it can be linked.
  state() {
    const fields = [this.search, ...this.filters].filter((field) => field.value.trim());
    const state = new URLSearchParams(fields.map((field) => [field.name, field.value.trim()]));
    if (this.sorted) state.set("orden", this.sorted);
    return state;
  }

  write() {
    const state = this.state().toString();
    const here = location.href.split("#")[0];
    history.replaceState(null, "", state ? `${here}#${state}` : here);
    this.carry(state);
  }

  read() {
    const hash = location.hash.slice(1);
    if (hash && !hash.includes("=") && this.found) return; // a place on the page
    const state = new URLSearchParams(hash);
    this.search.value = state.get("q") || "";
    for (const filter of this.filters) {
      filter.value = state.get(filter.name) || "";
      if (filter.selectedIndex < 0) filter.value = "";
    }
    const order = state.get("orden") || "";
    this.sorted = this.heads.some((head) => head.dataset.sort === order.replace(/^-/, "")) ? order : "";
    this.shown = STEP;
    this.apply();
    this.carry(this.state().toString());
  }

  // The twin in the other language begins with the same search.
  carry(state) {
    const twin = document.querySelector(".twin a");
    if (twin) twin.href = twin.getAttribute("href").split("#")[0] + (state ? `#${state}` : "");
  }

  apply() {
    const words = bare(this.search.value).split(/\s+/).filter(Boolean);
    const wanted = this.filters.filter((filter) => filter.value);
    this.found = this.inOrder().filter(({ row, text }) =>
      words.every((word) => text.includes(word)) &&
      wanted.every((filter) => (row.dataset[filter.name] || "").split(" ").includes(filter.value)));
    this.show();
    this.clear.hidden = !words.length && !wanted.length;
    for (const head of this.heads) {
      const key = this.sorted.replace(/^-/, "");
      if (head.dataset.sort !== key) head.removeAttribute("aria-sort");
      else head.setAttribute("aria-sort", this.sorted === key ? "ascending" : "descending");
    }
    this.order.value = this.sorted;
    if (this.order.selectedIndex < 0) this.order.value = "";
  }

  show() {
    const visible = new Set(this.found.slice(0, this.shown).map(({ row }) => row));
    for (const { row } of this.rows) row.hidden = !visible.has(row);
    const { dataset } = this.status;
    const total = this.rows.length;
    const text = !this.found.length ? dataset.none
      : visible.size < this.found.length ? dataset.first
      : this.found.length < total ? dataset.some : dataset.all;
    const numbers = { shown: this.found.length, total, first: visible.size };
    this.status.textContent = text.replace(/\{(\w+)\}/g, (_, name) => numbers[name].toLocaleString("en-US"));
    this.more.hidden = visible.size >= this.found.length;
  }

  // Rows in the order asked for, also in the table; empty values last, equal ones as the page had them.
  inOrder() {
    if (this.inPlace === this.sorted) return this.rows;
    this.inPlace = this.sorted;
    const key = this.sorted.replace(/^-/, "");
    const head = this.heads.find((each) => each.dataset.sort === key);
    const sign = this.sorted === key ? 1 : -1;
    const { compare } = new Intl.Collator(document.documentElement.lang, { numeric: true });
    if (head) for (const entry of this.rows) {
      const cell = entry.row.cells[head.cellIndex];
      const value = (cell.dataset.v ?? cell.textContent).trim().replaceAll(",", "");
      entry.value = value && !isNaN(value) ? Number(value) : value;
    }
    this.rows.sort((a, b) => {
      if (!head) return a.place - b.place;
      if ((a.value === "") !== (b.value === "")) return a.value === "" ? 1 : -1;
      const numbers = typeof a.value === "number" && typeof b.value === "number";
      const by = numbers ? a.value - b.value : compare(String(a.value), String(b.value));
      return sign * by || a.place - b.place;
    });
    this.body.append(...this.rows.map(({ row }) => row));
    return this.rows;
  }
}

for (const finder of document.querySelectorAll("[data-list]")) new List(finder);
