/* Comfort only: every page works without this file. */
(() => {
  "use strict";
  const doc = document;
  const $ = (s, el = doc) => el.querySelector(s);
  const $$ = (s, el = doc) => [...el.querySelectorAll(s)];
  doc.documentElement.classList.add("js");

  const say = (text) => { const box = $("#meld"); if (box) box.textContent = text; };

  /* Single keys can be switched off (WCAG 2.1.4); the choice stays on this computer. */
  const OFF = "tn-sneltoetsen-uit";
  const keysOff = () => { try { return localStorage.getItem(OFF) === "1"; } catch { return false; } };
  const setKeysOff = (off) => { try { off ? localStorage.setItem(OFF, "1") : localStorage.removeItem(OFF); } catch { /* private window: lasts as long as the page */ } };
  $$("[data-sneltoetsen]").forEach((box) => {
    box.hidden = false;
    const tick = $("input", box);
    tick.checked = !keysOff();
    tick.addEventListener("change", () => { setKeysOff(!tick.checked); say(tick.checked ? "Sneltoetsen staan aan" : "Sneltoetsen staan uit"); });
  });

  /* Command palette */
  const palette = $("#palet");
  const openPalette = (text = "") => {
    if (!palette || palette.open || !palette.showModal) return;
    palette.showModal();
    const field = $("#paletveld");
    if (text) { field.value = text; field.dispatchEvent(new Event("input", { bubbles: true })); }
    field.focus();
  };
  if (palette) {
    palette.addEventListener("click", (e) => { if (e.target === palette) palette.close(); });
    palette.addEventListener("keydown", (e) => {
      if (e.key !== "ArrowDown" && e.key !== "ArrowUp") return;
      const stops = [$("#paletveld"), ...$$("#paletresultaat a")];
      const at = stops.indexOf(doc.activeElement) + (e.key === "ArrowDown" ? 1 : -1);
      stops[(at + stops.length) % stops.length].focus();
      e.preventDefault();
    });
    $("#paletveld").addEventListener("keydown", (e) => {
      const first = $("#paletresultaat a");
      if (e.key === "Enter" && first && !e.isComposing) { e.preventDefault(); first.click(); }
    });
  }

  /* Rows: j k x Enter a */
  const rows = () => $$("main tbody tr");
  let here = -1;
  const go = (step) => {
    const all = rows();
    if (!all.length) return;
    all[here]?.classList.remove("hier");
    here = Math.min(Math.max(here + step, 0), all.length - 1);
    all[here].classList.add("hier");
    all[here].scrollIntoView({ block: "nearest" });
    (all[here].querySelector("a.naam") || all[here].querySelector("a,button,input"))?.focus({ preventScroll: true });
  };
  const current = () => doc.activeElement.closest?.("main tbody tr") || rows()[here];
  doc.addEventListener("focusin", (e) => { const row = e.target.closest?.("main tbody tr"); if (row) here = rows().indexOf(row); });

  /* `n`: the note of the dossier that is open, or of the row */
  const openNote = () => { const fold = $("#notitie"); if (!fold) return false; fold.open = true; $("textarea", fold)?.focus(); return true; };
  const note = () => {
    const row = current()?.querySelector("a.naam[href^='/dossiers/']")?.href;
    const link = row ? `${row}#notitie` : $("[data-notitie]")?.href;
    if (!openNote() && link) location.href = link;
  };
  /* After the browser itself went to the place in the address, which takes the focus away. */
  if (location.hash === "#notitie") addEventListener("load", () => setTimeout(openNote));

  const SINGLE = {
    j: () => go(1),
    k: () => go(-1),
    x: () => $("[data-rij]", current() || doc.createElement("i"))?.click(),
    a: () => $("[data-actie],td:last-child .knop", current() || doc.createElement("i"))?.click(),
    n: note,
    "/": () => ($("main [data-zoekveld],main input[type=search]") || $(".kop .zoek input"))?.focus(),
    "?": () => { location.href = "/sneltoetsen"; },
    u: () => $("[data-ongedaan]")?.click(),
  };
  let afterG = 0;
  doc.addEventListener("keydown", (e) => {
    if ((e.ctrlKey || e.metaKey) && e.key.toLowerCase() === "k") { e.preventDefault(); openPalette(); return; }
    if ((e.ctrlKey || e.metaKey) && e.key === "Enter") { e.target.form?.requestSubmit(); return; }
    if (e.key === "Escape") { closeFolds(null, true); return; }
    if (e.ctrlKey || e.metaKey || e.altKey || keysOff() || palette?.open) return;
    if (e.target.closest("select,textarea,[contenteditable],input:not([type=checkbox],[type=radio])")) return;
    const page = Date.now() - afterG < 1500 && /^[a-z]$/.test(e.key) && $(`#hoofdmenu [data-ga="${e.key}"]`);
    if (page) { afterG = 0; location.href = page.href; return; }
    if (e.key === "g") { afterG = Date.now(); return; }
    if (e.key === "Enter" && here >= 0 && doc.activeElement === doc.body) { $("a.naam", current())?.click(); return; }
    if (SINGLE[e.key]) { e.preventDefault(); SINGLE[e.key](); }
  });

  /* Fold-outs close on Escape and on a click elsewhere */
  function closeFolds(except, focus) {
    $$("details.uitklap[open]").forEach((fold) => {
      if (except && fold.contains(except)) return;
      const inside = fold.contains(doc.activeElement);
      fold.open = false;
      if (focus && inside) $("summary", fold).focus();
    });
  }
  doc.addEventListener("click", (e) => closeFolds(e.target, false));

  /* Bulk bar: count, choose all, choose none */
  const countRows = () => {
    $$("[data-bulk]").forEach((bar) => {
      const scope = bar.closest("form") || doc;
      const boxes = $$("[data-rij]", scope);
      const n = boxes.filter((box) => box.checked).length;
      const words = n ? `${n} ${n === 1 ? bar.dataset.een : bar.dataset.veel} gekozen` : `Vink ${bar.dataset.veel} aan`;
      const count = $("[data-bulktelling]", bar);
      if (count.textContent !== words) count.textContent = words;
      $$("button:not([data-bulkwis])", bar).forEach((button) => { button.disabled = !n; });
      $("[data-bulkwis]", bar).hidden = !n;
      const all = $("[data-alle]", scope);
      if (all) { all.checked = n > 0 && n === boxes.length; all.indeterminate = n > 0 && n < boxes.length; }
    });
  };
  doc.addEventListener("change", (e) => {
    if (e.target.matches("[data-alle]")) $$("[data-rij]", e.target.closest("form") || doc).forEach((box) => { box.checked = e.target.checked; });
    if (e.target.matches("[data-alle],[data-rij]")) countRows();
  });
  doc.addEventListener("click", (e) => {
    const wipe = e.target.closest("[data-bulkwis]");
    if (!wipe) return;
    e.preventDefault();
    $$("[data-rij]", wipe.closest("form") || doc).forEach((box) => { box.checked = false; });
    countRows();
  });

  /* A filter is sent when its fold-out closes with something changed in it */
  doc.addEventListener("toggle", (e) => {
    const part = e.target.matches?.("details.uitklap") && $("[data-filter]", e.target);
    if (!part) return;
    const state = $$("input,select", part).map((f) => (/^(checkbox|radio)$/.test(f.type) ? f.checked : f.value)).join();
    if (e.target.open) part.dataset.was = state;
    else if (part.dataset.was !== state) (part.closest("form") || $("input,select", part)?.form)?.requestSubmit();
  }, true);

  /* Toasts: six seconds, longer while looked at; errors stay */
  const toasts = (el) => $$("[data-toast]:not([data-klaar])", el).forEach((toast) => {
    toast.dataset.klaar = "";
    const close = doc.createElement("button");
    close.className = "icoonknop"; close.type = "button"; close.setAttribute("aria-label", "Sluit melding");
    close.innerHTML = '<svg class="i" aria-hidden="true"><use href="#i-x"/></svg>';
    close.addEventListener("click", () => toast.remove());
    toast.append(close);
    const seconds = Number(toast.dataset.toast);
    if (!seconds) return;
    let timer;
    const start = () => { timer = setTimeout(() => toast.remove(), seconds * 1000); };
    const stop = () => clearTimeout(timer);
    ["mouseenter", "focusin"].forEach((name) => toast.addEventListener(name, stop));
    ["mouseleave", "focusout"].forEach((name) => toast.addEventListener(name, start));
    start();
  });

  /* htmx: no polling in a hidden tab, say what came in, and dress what was swapped */
  const polls = (el) => /every/.test(el.getAttribute("hx-trigger") || "");
  doc.addEventListener("htmx:beforeRequest", (e) => { if (doc.hidden && polls(e.target)) e.preventDefault(); });

  /* News never wipes what somebody is writing: it waits until that is sent, and says so once */
  doc.addEventListener("input", (e) => { if (e.target.form) e.target.form.dataset.getypt = ""; });
  doc.addEventListener("htmx:beforeSwap", (e) => {
    const part = e.detail.target;
    if (!polls(part) || !e.detail.shouldSwap || !($("[data-getypt]", part) || $("input:focus,textarea:focus,select:focus", part))) return;
    e.detail.shouldSwap = false;
    const told = $("#nieuws");
    if (told) { part.before(told.content.cloneNode(true)); told.remove(); toasts(doc); }
  });
  doc.addEventListener("htmx:load", (e) => {
    const words = e.target.closest?.("[data-meld]")?.dataset.meld || $("[data-meld]", e.target)?.dataset.meld;
    if (words) say(words);
    toasts(doc); countRows();
  });
  doc.addEventListener("htmx:responseError", () => say("Dat lukte niet. Laad de pagina opnieuw."));

  doc.addEventListener("click", (e) => {
    const copy = e.target.closest("[data-kopieer]");
    if (!copy || !navigator.clipboard) return;
    navigator.clipboard.writeText(copy.dataset.kopieer).then(() => { copy.firstChild.textContent = copy.dataset.gelukt; say(copy.dataset.gelukt); }, () => say("Kopiëren lukte niet. Kopieer met de hand."));
  });
  $$("[data-print]").forEach((button) => { button.hidden = false; button.addEventListener("click", () => print()); });
  toasts(doc); countRows();
  $("#fouten")?.focus();
})();
