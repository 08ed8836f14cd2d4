// What makes the questionnaire work without a network: the blank pages kept on the device, moving between them,
// the check page, a look at what other devices saved, and taking everything away again. Comes after answering.js.
(function () {
  "use strict";
  const device = window.concentric;
  if (!device || !window.history.pushState) { return; }
  const home = device.home, root = document.documentElement, main = $("main");
  const LANGUAGE = "language", LEAVING = "leaving", OFTEN = 20000;
  let whole = null;                     // the blank questionnaire as a document; nothing in it runs
  let shown = location.pathname + location.search;
  let looked = 0, wasOffline = false, notice = "";

  function $(id) { return document.getElementById(id); }
  function here() { return location.pathname.slice(home.length); }
  function make(name, text, kind) {
    const element = document.createElement(name);
    if (text) { element.textContent = text; }
    if (kind) { element.className = kind; }
    return element;
  }
  function button(text, kind, act) {
    const element = make("button", text, kind);
    element.type = "button";
    element.addEventListener("click", act);
    return element;
  }

  // Texts stand in the page for what may be needed at once, and in the blank questionnaire for the rest.
  function say(name, values) {
    const state = $("save-state"), texts = whole && whole.getElementById("texts");
    const text = (state && state.dataset[name]) || (texts && texts.dataset[name]) || "";
    return text.replace(/\{(\w+)\}/g, (mark, key) => values && key in values ? values[key] : mark);
  }

  // ---- the blank questionnaire: fetched once after the first paint, kept for each language beside the sealed copy

  function shelf() { return device.name && window.caches ? caches.open("concentric:" + device.name) : Promise.resolve(null); }
  function local(value) {
    const name = "concentric:" + device.name + ":" + LANGUAGE;
    try { if (value) { localStorage.setItem(name, value); } return localStorage.getItem(name); } catch (error) { return value; }
  }
  async function kept() {
    const cache = await shelf();
    const found = cache && await cache.match(home + "whole/" + (device.isFrame ? local() : root.lang));
    return found ? found.text() : "";
  }
  function read(text) { return text ? new DOMParser().parseFromString(text, "text/html") : null; }

  async function fetched(part) {
    const fields = new URLSearchParams({ link: device.token, language: root.lang });
    if (part) { fields.append("part", part); }
    const response = await fetch(home + "whole/", { method: "POST", body: fields, credentials: "omit" });
    return response.ok ? response.text() : "";
  }

  // With Save-Data only this part and the next one are fetched.
  function isSparing() { return Boolean(navigator.connection && navigator.connection.saveData); }

  function fits(text) {
    const copy = read(text), form = $("questions"), part = here().split("/")[1];
    if (!copy || !copy.getElementById("texts") || text.indexOf(device.places.more) < 0) { return null; }
    if (!form) { return copy; }
    const page = copy.querySelector("template[data-page='" + here() + "']");
    if (!page) { return null; }
    // The same questions in the same words and order as the server just showed.
    const words = (within) => { return Array.from(within.querySelectorAll("legend, .body, .poles"), (e) => e.textContent).join("|"); };
    if (words(page.content) !== words(main)) { return null; }
    const rest = copy.getElementById("texts").dataset;
    return rest.partial && rest.partial !== part ? null : copy;
  }

  async function bring() {
    const known = fits(await kept());
    if (known) { whole = known; return; }
    const text = await fetched(isSparing() ? here().split("/")[1] : ""), ours = text && fits(text);
    if (!ours) { return; }
    whole = ours;
    const cache = await shelf();
    if (!cache) { return; }
    const frame = await (await fetch(home + "frame/?language=" + root.lang, { credentials: "omit" })).text();
    // A network that answers for us, such as a hotel's sign-in page, is kept nowhere.
    if (!read(frame).querySelector("[data-frame]")) { return; }
    const files = Array.from(read(frame).querySelectorAll("link[rel=stylesheet], script[src]"), (e) => e.getAttribute("href") || e.getAttribute("src"));
    await cache.addAll(files.concat(device.places.more));
    const html = { headers: { "Content-Type": "text/html; charset=utf-8" } };
    await cache.put(home + "frame/", new Response(frame, html));
    await cache.put(home + "whole/" + root.lang, new Response(text, html));
    local(root.lang);
  }

  // ---- pages shown from the blank questionnaire

  function pages() { return whole ? Array.from(whole.querySelectorAll("template[data-page]")) : []; }
  function pageOf(path) { return pages().find((page) => page.dataset.page === path); }
  function partOf(page) { return page.dataset.page.split("/")[1]; }
  function cardsOf(page) { return Array.from(page.content.querySelectorAll("[data-question]")); }
  function isAnswered(question) { const record = device.latest(question); return Boolean(record && !device.isBlank(record.f)); }

  function put(content, title) {
    main.replaceChildren(content);
    document.title = title + (whole ? " – " + whole.getElementById("texts").dataset.organisation : "");
    shown = location.pathname + location.search;
    main.querySelectorAll("input[name=link]").forEach((input) => { input.value = device.token; });
    strip();
  }

  function focus(element) {
    if (!element) { return; }
    if (element.tabIndex < 0) { element.tabIndex = -1; }
    element.focus({ preventScroll: true });
    window.scrollTo(0, 0);
  }
  function focusOn(card) {
    const element = card && (card.querySelector("legend") || card.querySelector("textarea"));
    focus(element || main);
    if (card && card !== main.querySelector("[data-question]")) { card.scrollIntoView(); }
  }

  function showPage(page) {
    put(document.importNode(page.content, true), page.dataset.title);
    const parts = pages().map(partOf), at = Array.from(new Set(parts)).indexOf(partOf(page));
    document.querySelectorAll(".steps i").forEach((step, n) => { step.className = n < at ? "done" : n === at ? "now" : "to-come"; });
    main.querySelectorAll("[data-question]").forEach(device.dress);
    if ($("save").dataset.state) { device.tell($("save").dataset.state); }
    if (/[?&]then=check/.test(location.search)) {
      const then = make("input"), acts = main.querySelector(".q-foot");
      then.type = "hidden"; then.name = "then"; then.value = "check";
      $("questions").appendChild(then);
      acts.querySelector("[name=back]").remove();
      acts.querySelector("button").textContent = say("toCheck");
    }
    focusOn(location.hash ? $(decodeURIComponent(location.hash.slice(1))) : main.querySelector("[data-question]"));
  }

  function view(name) { return document.importNode(whole.querySelector("template[data-view='" + name + "']").content, true); }

  function showParts() {
    const content = view("parts");
    let first = null;
    content.querySelectorAll("[data-part]").forEach((link) => {
      const cards = [].concat.apply([], pages().filter((page) => partOf(page) === link.dataset.part).map(cardsOf));
      const extra = (card) => card.matches("details") || card.querySelector("textarea");
      const plain = cards.filter((card) => !extra(card)), asked = plain.length ? plain : cards;
      const answered = asked.filter((card) => isAnswered(card.dataset.question)).length;
      const state = answered === asked.length && asked.length ? "completed" : cards.some((card) => isAnswered(card.dataset.question)) ? "in_progress" : "not_started";
      const box = link.querySelector(".state");
      box.classList.add(state);
      box.textContent = say(state);
      if (!first && state !== "completed") { first = link; }
    });
    const go = content.querySelector("[data-continue]");
    if (first) { go.href = (firstOpen() || {}).href || first.getAttribute("href"); } else { go.remove(); }
    put(content, content.querySelector("h1").textContent);
    focus(main.querySelector("h1"));
  }

  function firstOpen() {
    const page = pages().find((page) => {
      return cardsOf(page).some((card) => !card.querySelector("textarea") && !isAnswered(card.dataset.question));
    });
    return page ? { href: home + page.dataset.page } : null;
  }

  function titleOf(card) {
    const poles = card.querySelector(".poles"), legend = card.querySelector("summary, legend, .legend").cloneNode(true);
    legend.querySelectorAll(".optional").forEach((e) => { e.remove(); });
    if (!poles) { return legend.textContent.trim(); }
    return Array.from(poles.querySelectorAll("p"), (p) => p.childNodes[1].textContent.trim()).join(" / ");
  }

  function wordsOf(card, fields) {
    const words = [];
    card.querySelectorAll("[name^='q-']").forEach((input) => {
      const field = fields.find((f) => f[0] === input.name && (!/radio|checkbox/.test(input.type) || f[1] === input.value));
      if (!field || !field[1]) { return; }
      if (input.tagName === "SELECT") {
        const option = Array.from(input.options).find((o) => o.value === field[1]);
        if (option && (field[1] !== "0" || !card.matches("details"))) { words.push(option.textContent); }
      } else if (input.type === "number") {
        if (field[1] !== "0") { words.push(input.closest("label").textContent.trim() + ": " + field[1]); }
      } else { words.push(/radio|checkbox/.test(input.type) ? input.closest("label").textContent.trim() : field[1]); }
    });
    return words;
  }

  function showCheck() {
    const content = view("check"), list = content.querySelector("[data-list]");
    let open = 0, part = "", rows = null;
    pages().forEach((page) => {
      if (part !== partOf(page)) {
        part = partOf(page);
        list.appendChild(make("h2", page.dataset.section));
        rows = list.appendChild(make("dl", "", "done-list"));
      }
      cardsOf(page).forEach((card) => {
        const record = device.latest(card.dataset.question), words = record ? wordsOf(card, record.f) : [];
        if (card.matches("details") && !words.length) { return; }
        if (!words.length) { open += 1; }
        const row = rows.appendChild(make("div")), answer = make("dd", "", words.length ? "" : "muted");
        row.appendChild(make("dt", titleOf(card)));
        (words.length ? words : [say("unanswered")]).forEach((text) => { answer.appendChild(make("span", text)); });
        row.appendChild(answer);
        const change = row.appendChild(make("dd", "", "change")).appendChild(make("a", say(words.length ? "change" : "answer")));
        change.href = home + page.dataset.page + "?then=check#" + card.id;
        change.appendChild(make("span", " " + titleOf(card), "vh"));
      });
    });
    const lead = content.querySelector("[data-open]");
    lead.hidden = !open;
    lead.textContent = say("open", { count: open });
    put(content, content.querySelector("h1").textContent);
    focus(main.querySelector("h1"));
  }

  // Show what stands at this address; false when the device does not have it.
  function render() {
    const path = here(), page = pageOf(path);
    if (!whole) { return false; }
    if (page) { showPage(page); } else if (/^(check|send)\//.test(path)) { showCheck(); } else if (device.isFrame && !/^part\//.test(path) || !path) { showParts(); } else { return false; }
    return true;
  }
  function open(address) { history.pushState(null, "", address); return render(); }

  // Pages that the server makes, for as long as it can be reached.
  async function leave(path) {
    const isSent = await device.flush();
    const wrong = device.records.find((record) => record.e);
    if (wrong && device.goTo(wrong.k)) { return; }
    if (isSent && navigator.onLine !== false && !device.isOffline) { location.assign(home + path); } else { open(home + path); }
  }

  // The form's buttons, without the network. False leaves it to the form.
  device.move = (event) => {
    const pressed = event.submitter, form = event.target, all = pages(), kind = pressed && pressed.name;
    // Only the language in use is kept on the device.
    if (kind === LANGUAGE && device.isOffline) { warn(form, kind); return true; }
    if (!whole || !device.name || (kind && kind !== "back")) { return false; }
    const wrong = main.querySelector("[data-question] .error");
    if (wrong) { focusOn(wrong.closest("[data-question]")); return true; }
    const at = all.indexOf(pageOf(here())), goesBack = kind === "back";
    if (at < 0) { return false; }
    const next = form.elements.then ? null : all[at + (goesBack ? -1 : 1)];
    if (next) { open(home + next.dataset.page); } else if (whole.getElementById("texts").dataset.partial && !form.elements.then) { return false; } else { leave(goesBack ? "" : "check/"); }
    return true;
  };

  device.goTo = (question) => {
    if ($("q-" + question)) { focusOn($("q-" + question)); $("q-" + question).scrollIntoView(); return true; }
    const page = pages().find((page) => { return cardsOf(page).some((card) => card.dataset.question === question); });
    return Boolean(page && $("save") && open(home + page.dataset.page + "#q-" + question));
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest("main a[href]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button || link.origin !== location.origin || link.pathname.indexOf(home) !== 0) { return; }
    if (link.pathname === location.pathname && link.hash) { return; }
    if (!whole || !$("save") || !device.name) { return; }
    const path = link.pathname.slice(home.length);
    if (pageOf(path)) { event.preventDefault(); open(link.href); } else if (path === "check/" || !path) { event.preventDefault(); leave(path); }
  });
  window.addEventListener("popstate", () => {
    if (location.pathname + location.search === shown) { return; }
    device.settle();
    if (!$("save") || !render()) { location.reload(); }
  });

  // ---- sending needs the network

  device.send = (form) => {
    if (!device.isFrame && !device.waiting().length && navigator.onLine !== false && !device.isOffline) { return false; }
    const press = form.querySelector("button");
    warned.remove();
    press.setAttribute("aria-disabled", "true");
    device.flush().then(async (isSent) => {
      if (!isSent) { throw new Error("waiting"); }
      await look(true);
      if (device.stopped) { return; }
      form.dataset.ready = "1";
      form.requestSubmit();
    }).catch(() => { warn(form, "unsent"); }).then(() => { press.removeAttribute("aria-disabled"); });
    return true;
  };
  const warned = make("p", "", "error");
  warned.setAttribute("role", "alert");
  function warn(form, name, values) {
    warned.textContent = say(name, values);
    form.insertBefore(warned, form.firstChild);
    warned.scrollIntoView({ block: "center" });
  }

  // ---- other devices

  async function look(isStrict) {
    if (!device.token || device.stopped || (!isStrict && (navigator.onLine === false || Date.now() - looked < OFTEN))) { return; }
    looked = Date.now();
    const known = {};
    pages().forEach((page) => { cardsOf(page).forEach((card) => { known[card.dataset.question] = ""; }); });
    device.records.forEach((record) => { if (record.d) { known[record.k] = record.id || ""; } });
    try {
      const answer = await device.post("sync/", new URLSearchParams({ link: device.token, known: JSON.stringify(known) }));
      if (answer.saved === false) { if (isStrict || device.waiting().length) { device.stopped = answer; strip(); } return; }
      Object.keys(answer.changed || {}).forEach((question) => {
        const other = answer.changed[question], record = device.learn(question, other.version, other.fields), card = $("q-" + question);
        if (card && record && record.d) { device.dress(card); }
      });
      if (device.records.some((record) => record.o)) { device.tell("changed"); }
    } catch (error) { if (isStrict) { throw error; } }
  }
  device.look = look;

  // Two answers to one question: the later one counts, the other comes back with one tap.
  device.dressed = (card) => {
    const old = card.querySelector(".changed"), record = device.latest(card.dataset.question);
    if (old) { old.remove(); }
    if (!record || !record.o) { return; }
    if (!whole) { bring().then(() => { if (whole) { device.dressed(card); } }).catch(() => {}); return; }
    const other = wordsOf(card, record.o.f).join(", ") || record.o.w, box = make("div", "", "changed");
    box.setAttribute("role", "status");
    box.appendChild(make("p", say(record.o.own ? "replaced" : "overtaken", { other: other || say("unanswered"), now: wordsOf(card, record.f).join(", ") || say("unanswered") })));
    const acts = box.appendChild(make("p", "", "acts"));
    if (other) {
      acts.appendChild(button(say("back", { other: other }), "btn quiet", () => {
        device.fill(card, record.o.f);
        device.keep(card);
        focusOn(card);
      }));
    }
    acts.appendChild(button(say("stay"), "link-like", () => {
      delete record.o;
      device.put(record);
      box.remove();
      focusOn(card);
      if (!device.waiting().length) { device.tell("saved"); }
    }));
    card.appendChild(box);
  };

  // ---- the strip above the question: what the network does, or that answers can no longer be sent

  function unsentRecords() { return device.records.filter((record) => !record.d); }

  function strip() {
    const count = device.waiting().length;
    let name = "";
    if (device.stopped) { name = whole && unsentRecords().length ? "stopped" : ""; } else if (device.isOffline && $("save")) { name = device.name ? "offline" : "memory"; wasOffline = true; } else if (wasOffline && count) { name = "sending"; }
    if (!name && !count) { wasOffline = false; }
    const now = name + (name === "offline" ? Boolean(count) : count), old = $("net");
    if (now === notice && Boolean(old) === Boolean(name)) { return; }
    notice = now;
    let box = null;
    if (name === "stopped") { box = stopped(); } else if (name) {
      box = make("p", say(name, { count: count }) + " ");
      if (name === "offline" && count) { box.appendChild(button(say("again"), "link-like", device.work)); }
    }
    const anchor = main.querySelector("[data-question], h1"), before = anchor ? anchor.getBoundingClientRect().top : 0;
    if (old) { old.remove(); }
    if (box) { box.id = "net"; box.classList.add("net"); main.insertBefore(box, main.firstChild); }
    // Nothing moves under a finger.
    if (anchor && name !== "stopped") { window.scrollBy(0, anchor.getBoundingClientRect().top - before); }
  }
  device.strip = strip;
  device.stop = () => { (whole ? Promise.resolve() : kept().then((text) => { whole = read(text); })).then(strip); };

  function stopped() {
    const box = make("div", "", "stop"), records = unsentRecords();
    box.setAttribute("role", "alert");
    box.appendChild(make("p", device.stopped.message));
    box.appendChild(make("p", say("notSent", { count: records.length })));
    const acts = box.appendChild(make("p", "", "acts"));
    acts.appendChild(button(say("copy"), "btn", (event) => { copy(records, event.target, box); }));
    acts.appendChild(button(say("remove"), "btn quiet", async () => {
      const text = say("removed");
      await wipe();
      device.stopped = null;
      main.replaceChildren(make("p", text, "lead"));
      focus(main);
    }));
    return box;
  }

  // The last resort: the person's own words and choices, to paste into a message.
  async function copy(records, pressed, box) {
    const lines = records.map((record) => {
      let card = $("q-" + record.k);
      pages().forEach((page) => { card = card || cardsOf(page).find((one) => one.dataset.question === record.k); });
      return card ? titleOf(card) + "\n" + wordsOf(card, record.f).join(", ") : record.f.map((field) => field.join(": ")).join(", ");
    });
    try {
      await navigator.clipboard.writeText(lines.join("\n\n"));
      pressed.textContent = say("copied");
    } catch (error) {
      const area = box.querySelector("textarea") || box.appendChild(make("textarea"));
      area.setAttribute("aria-label", say("copy"));
      area.value = lines.join("\n\n");
      area.select();
    }
  }

  // ---- leaving nothing behind

  async function wipe(isLater) {
    if (isLater) { await device.forget([]); } else { await device.forget(device.records); }
    if (window.caches && device.copy) { await caches.delete("concentric:" + device.copy); }
    if (!navigator.serviceWorker || !window.localStorage || Object.keys(localStorage).some((key) => key.indexOf("concentric:") === 0)) { return; }
    const worker = await navigator.serviceWorker.getRegistration(home);
    if (worker) { await worker.unregister(); }
  }
  device.wipe = wipe;

  // Removing the link, or beginning afresh, takes the copy with it; unsent answers are worth a second tap.
  document.addEventListener("submit", (event) => {
    const form = event.target, isAfresh = /afresh\/$/.test(form.action);
    if (!(isAfresh || form.classList.contains("leave")) || form.dataset.ready || !device.name) { return; }
    event.preventDefault();
    const go = () => {
      wipe().catch(() => {}).then(() => {
        form.dataset.ready = "1";
        if (navigator.onLine !== false) { form.requestSubmit(); } else { main.replaceChildren(make("p", say("left"), "lead")); focus(main); }
      });
    };
    if (isAfresh || form.dataset.told) { go(); return; }
    device.flush().then((isSent) => {
      if (isSent) { go(); return; }
      form.dataset.told = "1";
      warn(form, "lost", { count: unsentRecords().length });
    });
  });

  // On a shared device the link goes as well, once nothing is left to do with it.
  async function finish(kind) {
    if (kind === "sent" && unsentRecords().length) {
      whole = read(await kept());
      device.stopped = { reason: "sent", message: say("sentElsewhere") };
      strip();
      return;
    }
    const token = device.token;
    await wipe();
    if (!device.isShared()) { return; }
    if (kind === "sent" && token) { await fetch(home + "leave/", { method: "POST", body: new URLSearchParams({ link: token }), credentials: "same-origin" }); }
    document.cookie = "concentric_shared=; path=" + home + "; max-age=0; samesite=strict";
  }

  // ---- what this page needs now

  async function boot() {
    const text = device.token ? await kept() : "";
    whole = read(text);
    if (whole) {
      root.lang = whole.documentElement.lang;
      root.dir = whole.documentElement.dir;
      document.querySelector(".q-head").replaceWith(document.importNode(whole.querySelector("template[data-view=head]").content, true));
      device.isOffline = true;
      if (!device.isShared() && render()) {
        if (/^send\//.test(here())) { warn($("send"), "unsent"); }
        device.tell(device.waiting().length ? "phone" : "saved");
        device.work();
        return;
      }
    }
    const page = document.querySelector("template[data-view='" + (device.token ? "missing" : "nolink") + "']");
    main.replaceChildren(document.importNode(page.content, true));
  }

  async function begin() {
    await device.ready;
    const done = document.querySelector("[data-done]"), refused = document.querySelector("[data-refused]");
    if (device.isFrame) { await boot(); return ""; }
    if (done) { await finish(done.dataset.done); return ""; }
    if (refused) {
      // The cookie is gone, but this tab still knows the link.
      if (refused.dataset.refused === "unknown" && device.token && !/^[\w-]{20,}\/$/.test(here()) && !sessionStorage.getItem("concentric-again")) {
        sessionStorage.setItem("concentric-again", "1");
        location.replace(home + device.token + "/");
        return LEAVING;
      } else if (device.waiting().length) { whole = read(await kept()); strip(); device.work(); }
      return "";
    }
    try { sessionStorage.removeItem("concentric-again"); } catch (error) { /* switched off */ }
    // Also what was kept before somebody chose "other people use this device".
    if (device.isShared()) { await wipe(true); }
    if (!device.token) { return ""; }
    const isProgress = !$("questions") && main.querySelector("a[href^='" + home + "part/']");
    if (isProgress && device.waiting().length && await device.flush()) { location.reload(); return LEAVING; }
    if (!$("questions") && !isProgress) { return ""; }
    if (device.name) {
      if (navigator.serviceWorker) { navigator.serviceWorker.register(home + "worker.js", { scope: home }).catch(() => {}); }
      await bring().catch(() => {});
    }
    strip();
    document.querySelectorAll("[data-question]").forEach(device.dressed);
    await look();
    return "";
  }

  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible") { look(); } });
  window.addEventListener("online", () => { warned.remove(); device.flush().then(() => { looked = 0; look(); }); });

  begin().catch(() => {}).then((next) => { device.isReady = next !== LEAVING; });
})();
