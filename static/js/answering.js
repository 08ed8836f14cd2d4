// Keeps each answer as it is given: sealed on the device first, then on the server. Without this file the
// page is a plain form that saves on "continue". What works offline beyond that is in answering-more.js.
(function () {
  "use strict";
  const places = document.currentScript.dataset;
  const home = places.home;
  const SHELF = "concentric:";          // what the device keeps: SHELF + the copy's name + ":" + a random slot
  const SLOWEST = 20000, LONGEST_PAUSE = 60000, MOST_SECONDS = 120;
  const STOPS = ["closed", "sent", "elsewhere", "unknown", "nothing"];
  const texts = new TextEncoder(), plain = new TextDecoder();

  // What the other file and the proofs use.
  const device = {
    places, home, token: "", name: "", copy: "", records: [], isOffline: false, stopped: null, told: [],
    latest, waiting, fill, fieldsOf, isBlank, learn, put, keep, settle, flush, work, tell, dress, isShared, forget
  };
  window.concentric = device;

  let key = null;                       // opens the copy on this device; never stored itself
  let writing = Promise.resolve();
  let busy = false, failures = 0, timer = 0, pauses = {}, listeners = [];

  function $(id) { return document.getElementById(id); }
  function random(bytes) { return hex(crypto.getRandomValues(new Uint8Array(bytes))); }
  function hex(bytes) { return Array.from(new Uint8Array(bytes), (b) => ("0" + b.toString(16)).slice(-2)).join(""); }
  function isShared() { return /(^|; )concentric_shared=1/.test(document.cookie); }
  function isHere() { return document.visibilityState !== "hidden"; }

  // ---- the copy on this device: one sealed record for each answer, readable with the person's link only

  async function start(token) {
    device.token = token;
    if (!window.crypto || !crypto.subtle) { return; }
    try {
      const own = await copyOf(token);
      device.copy = own.name;
      if (isShared()) { return; }
      sessionStorage.setItem("concentric", token);
      key = own.key;
      device.name = own.name;
      await load();
      // The same person held another link here: what was kept under it is kept under this one from now on.
      const before = /(^|; )concentric_before=([\w-]+)/.exec(document.cookie);
      if (before) { await join(await copyOf(before[2])); }
    } catch (error) { key = null; device.name = ""; }
  }

  async function copyOf(token) {
    const secret = await crypto.subtle.importKey("raw", texts.encode(token), "HKDF", false, ["deriveKey", "deriveBits"]);
    const use = (what) => { return { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(32), info: texts.encode("concentric device " + what) }; };
    return {
      name: hex(await crypto.subtle.deriveBits(use("name"), secret, 128)),
      key: await crypto.subtle.deriveKey(use("key"), secret, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"])
    };
  }

  function shelf(slot) { return SHELF + device.name + ":" + slot; }

  async function read(copy) {
    const prefix = SHELF + copy.name + ":", found = [];
    for (const name of Object.keys(localStorage)) {
      if (name.indexOf(prefix) !== 0) { continue; }
      try {
        const sealed = Uint8Array.from(atob(localStorage.getItem(name)), (c) => c.charCodeAt(0));
        const opened = await crypto.subtle.decrypt({ name: "AES-GCM", iv: sealed.slice(0, 12), additionalData: texts.encode(name) }, copy.key, sealed.slice(12));
        found.push(Object.assign(JSON.parse(plain.decode(opened)), { s: name.slice(prefix.length), stored: true }));
      } catch (error) { /* another tab removed it meanwhile, or it is not ours */ }
    }
    return found;
  }

  async function load() {
    const found = (await read({ name: device.name, key: key })).map((record) => {
      const known = device.records.find((other) => other.s === record.s);
      // Another page may have sent it without hearing back: only what was made here and never tried may be replaced.
      return known && !record.d ? known : Object.assign(known || { tried: true }, record);
    });
    device.records = found.concat(device.records.filter((record) => !record.stored && found.indexOf(record) < 0));
    device.records.sort((a, b) => a.n - b.n);
  }

  // What waits there is sent from here, unless a later answer waits here already.
  async function join(other) {
    (await read(other)).forEach((record) => {
      const last = latest(record.k);
      if (record.d || (last && !last.d && last.n > record.n)) { return; }
      put(Object.assign(record, { s: random(8), tried: true, n: last ? Math.max(record.n, last.n + 1) : record.n }));
    });
    await writing;
    remove(other.name);
    if (window.caches) { caches.delete(SHELF + other.name); }
  }

  // Writes happen one after the other and always with the record's latest state.
  function put(record) {
    if (device.records.indexOf(record) < 0) { device.records.push(record); }
    if (!key) { return writing; }
    writing = writing.then(async () => {
      if (record.gone) { return; }
      const text = JSON.stringify({ k: record.k, id: record.id, b: record.b, f: record.f, t: record.t, n: record.n, d: record.d, o: record.o, e: record.e });
      const iv = crypto.getRandomValues(new Uint8Array(12));
      const name = shelf(record.s);
      const padded = texts.encode(text.padEnd(Math.ceil(text.length / 256) * 256));
      const sealed = new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv: iv, additionalData: texts.encode(name) }, key, padded));
      if (record.gone) { return; }
      localStorage.setItem(name, btoa(Array.from(iv).concat(Array.from(sealed)).map((b) => String.fromCharCode(b)).join("")));
      record.stored = true;
    }).catch(() => { record.stored = false; });
    return writing;
  }

  function drop(record) {
    record.gone = true;
    device.records = device.records.filter((other) => other !== record);
    if (key) { writing = writing.then(() => { localStorage.removeItem(shelf(record.s)); }); }
  }

  function remove(copy) {
    Object.keys(localStorage).forEach((name) => { if (name.indexOf(SHELF + copy) === 0) { localStorage.removeItem(name); } });
  }

  // Nothing of this person stays: no record, no key, no secret. Other people's copies are theirs.
  async function forget(records) {
    records.slice().forEach(drop);
    await writing;
    key = null;
    try {
      if (device.copy) { remove(device.copy); }
      sessionStorage.removeItem("concentric");
    } catch (error) { /* storage is switched off, so nothing was kept */ }
  }

  function latest(question) {
    return device.records.filter((record) => record.k === question).pop();
  }
  function waiting() {
    return device.records.filter((record) => !record.d && !record.e);
  }

  // The device keeps what could not be sent.
  function isSafe() { return Boolean(key) && waiting().every((record) => record.stored); }

  // ---- answers and their fields

  function inputs(card) { return card.querySelectorAll("[name^='q-']"); }
  function fieldsOf(card) {
    const fields = [];
    inputs(card).forEach((input) => {
      if (/radio|checkbox/.test(input.type) ? input.checked : true) { fields.push([input.name, input.value]); }
    });
    return fields;
  }
  function fill(card, fields) {
    inputs(card).forEach((input) => {
      const values = fields.filter((field) => field[0] === input.name).map((field) => field[1]);
      if (/radio|checkbox/.test(input.type)) { input.checked = values.indexOf(input.value) >= 0; } else { input.value = values.length ? values[0] : ""; }
    });
  }
  function isBlank(fields) { return !fields.some((field) => field[1] !== ""); }
  function same(a, b) {
    const key = (fields) => { return JSON.stringify(fields.filter((field) => field[1] !== "")); };
    return key(a) === key(b);
  }

  // ---- time: whole seconds this page was looked at since the last answer

  let spent = 0, since = Date.now();
  function pass() { if (isHere()) { spent += Date.now() - since; } since = Date.now(); return spent; }
  function took() { const seconds = Math.min(MOST_SECONDS, Math.round(pass() / 1000)); spent = 0; return seconds; }

  // ---- keeping and sending

  function keep(card) {
    const question = card.dataset.question, fields = fieldsOf(card), last = latest(question);
    clearTimeout(pauses[question]);
    delete pauses[question];
    if (last && !last.e && same(last.f, fields)) { return; }
    const record = { s: random(8), k: question, id: random(12), b: card.dataset.version || "-", f: fields, t: took(), n: Math.max(Date.now(), last ? last.n + 1 : 0), d: 0 };
    if (last && (last.e || (!last.d && !last.tried))) {
      record.b = last.b;
      record.t = last.e ? record.t : Math.min(MOST_SECONDS, record.t + last.t);
      drop(last);
    } else if (last) { record.b = last.id || "-"; }
    refuse(card, "");
    put(record);
    if (device.dressed) { device.dressed(card); }
    tell(device.stopped ? "failed" : "saving");
    work();
  }

  // Text that is being written is kept now, not after the usual pause.
  function settle() {
    Object.keys(pauses).forEach((question) => { const card = $("q-" + question); if (card) { keep(card); } });
  }

  function body(record) {
    const fields = new URLSearchParams();
    fields.append("link", device.token);
    fields.append("question", record.k);
    fields.append("id", record.id);
    if (record.b) { fields.append("base", record.b); }
    fields.append("took", record.t);
    record.f.forEach((field) => { fields.append(field[0], field[1]); });
    return fields;
  }

  // An answer of ours has "saved" in it; anything else is a network that answers for us, such as a hotel's sign-in page.
  device.post = async (place, fields) => {
    const stop = window.AbortController ? new AbortController() : { abort: () => {} };
    const limit = setTimeout(() => { stop.abort(); }, SLOWEST);
    try {
      const response = await fetch(home + place, { method: "POST", body: fields, credentials: "omit", keepalive: place === "save/", signal: stop.signal });
      if (response.status >= 500) { throw new Error("server"); }
      const answer = await response.json();
      answer.pause = Number(response.headers.get("Retry-After")) || 0;
      return answer;
    } finally { clearTimeout(limit); }
  };

  // One at a time, each with an id of its own: a repeated request carries the same one, so the server takes it once.
  async function work() {
    clearTimeout(timer);
    if (busy || !device.token || device.stopped) { return; }
    const record = waiting()[0];
    if (!record) { done(true); return; }
    if (navigator.onLine === false) { await writing; fail(0); return; }
    busy = true;
    let pause = 0;
    try {
      // Another tab may have replaced it by a later answer.
      if (key && record.stored && localStorage.getItem(shelf(record.s)) === null) { drop(record); busy = false; work(); return; }
      record.tried = true;
      const answer = await device.post("save/", body(record));
      if (typeof answer.saved !== "boolean") { throw new Error("not ours"); }
      busy = false;
      if (!answer.saved && answer.reason === "wait") { pause = answer.pause || 30; throw new Error("wait"); }
      failures = 0;
      device.isOffline = false;
      if (answer.saved) { arrived(record, answer); } else { refused(record, answer); }
      work();
    } catch (error) {
      busy = false;
      failures += 1;
      fail(pause);
    }
  }

  function arrived(record, answer) {
    record.d = 1;
    record.id = answer.version || record.id;
    device.records.filter((other) => other.k === record.k && other.n < record.n).forEach(drop);
    if (answer.conflict) { record.o = { f: answer.conflict.fields, w: answer.conflict.words, own: 1 }; }
    put(record);
    const card = $("q-" + record.k);
    if (!card) { return; }
    refuse(card, "");
    card.dataset.version = record.id;
    const base = document.getElementsByName("base-" + record.k)[0];
    if (base) { base.value = record.id; }
    if (record.o) { dress(card); }
  }

  function refused(record, answer) {
    if (STOPS.indexOf(answer.reason) >= 0) {
      device.stopped = { reason: answer.reason, message: answer.message };
      if (device.stop) { device.stop(); }
      tell("failed");
      return;
    }
    record.e = answer.message;
    // What came after it was based on something that never was.
    device.records.forEach((other) => { if (other.b === record.id) { other.b = record.b; } });
    put(record);
    const card = $("q-" + record.k);
    if (card) { refuse(card, answer.message); }
  }

  function fail(pause) {
    device.isOffline = true;
    tell(isSafe() ? "phone" : "failed");
    done(false);
    const wait = Math.min(LONGEST_PAUSE, 1000 * Math.pow(2, Math.max(0, failures - 1)));
    timer = setTimeout(work, pause ? pause * 1000 : wait * (.5 + Math.random()));
  }

  function done(isDone) {
    if (isDone && device.stopped) { isDone = false; }
    if (isDone && device.records.length) {
      const has = (mark) => { return device.records.some((record) => record[mark]); };
      tell(has("e") ? "failed" : has("o") ? "changed" : "saved");
    }
    const told = listeners;
    listeners = [];
    told.forEach((hear) => { hear(isDone); });
  }

  // Send what waits; false when something could not be sent now.
  function flush() {
    settle();
    if (!waiting().length && !busy) { return Promise.resolve(!device.stopped); }
    if (device.stopped) { return Promise.resolve(false); }
    return new Promise((resolve) => { listeners.push(resolve); work(); });
  }

  // ---- what a person sees

  function tell(name) {
    const box = $("save"), state = $("save-state");
    if (device.strip) { device.strip(); }
    if (!box) { return; }
    const again = $("save-again"), other = name === "changed" && away();
    again.hidden = name !== "failed" && !other;
    again.textContent = other ? state.dataset.show : state.dataset.again;
    if (box.dataset.state === name && state.textContent) { return; }
    box.dataset.state = name;
    state.textContent = state.dataset[name] || "";
    // A screen reader hears what has changed for good, and no "Saved" after each of sixty answers.
    const said = $("save-said");
    if (name !== "saving" && said.textContent !== state.textContent) { said.textContent = state.textContent; }
  }

  // A question with something to look at that is not on this page.
  function away() { return device.records.find((record) => (record.e || record.o) && !$("q-" + record.k)); }

  // A refusal stands where the answer was given; it needs no colour of its own to be found.
  function refuse(card, text) {
    ["said-", "error-"].forEach(function (kind) { const old = $(kind + card.dataset.question); if (old) { old.remove(); } });
    if (!text) { return; }
    const said = document.createElement("p");
    said.id = "said-" + card.dataset.question;
    said.className = "error";
    said.setAttribute("role", "alert");
    said.textContent = text;
    card.appendChild(said);
    tell("failed");
  }

  // What the server's page says about one question, or a look at another device: newer than ours or not.
  function learn(question, version, fields) {
    const last = latest(question);
    if (last && !last.d) {
      if (!last.e && last.id === version) { last.d = 1; put(last); }   // it had arrived, only the answer got lost
      return last;
    }
    if (last ? (last.id || "") === version : !version) { return last; }
    const record = { s: random(8), k: question, id: version, f: fields, t: 0, n: Math.max(Date.now(), last ? last.n + 1 : 0), d: 1 };
    if (last && !same(last.f, fields) && !isBlank(last.f)) { record.o = { f: last.f }; }
    device.records.filter((other) => other.k === question).forEach(drop);
    put(record);
    return record;
  }

  // Show what this device knows about the question of a card.
  function dress(card) {
    const record = latest(card.dataset.question);
    if (record) {
      if (!same(record.f, fieldsOf(card))) { fill(card, record.f); }
      card.dataset.version = record.d ? record.id : card.dataset.version || "";
      if (record.e) { refuse(card, record.e); }
    }
    if (device.dressed) { device.dressed(card); }
  }

  document.addEventListener("change", (event) => {
    const card = event.target.closest("[data-question]");
    if (card) { keep(card); }
  });
  document.addEventListener("input", (event) => {
    const card = event.target.closest("[data-question]");
    if (!card || event.target.tagName !== "TEXTAREA") { return; }
    clearTimeout(pauses[card.dataset.question]);
    pauses[card.dataset.question] = setTimeout(keep, 1200, card);
  });
  // Digits choose only while a radio button has the focus.
  document.addEventListener("keydown", (event) => {
    if (event.target.type !== "radio" || event.ctrlKey || event.metaKey || event.altKey || !/^[1-9]$/.test(event.key)) { return; }
    const radio = event.target.closest("fieldset").querySelectorAll("input")[event.key - 1];
    if (radio && !radio.checked) { radio.focus(); radio.click(); }
    event.preventDefault();
  });
  // A page is left only once every answer has arrived: an older one must not overtake the form.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.id === "send") { sending(event, form); return; }
    if (form.id !== "questions" || !form.requestSubmit) { return; }
    settle();
    if (device.move && device.move(event)) { event.preventDefault(); return; }
    if (!waiting().length && !busy) { return; }
    event.preventDefault();
    const button = event.submitter || undefined;
    flush().then((isDone) => { if (isDone) { form.requestSubmit(button); } });
  });

  function sending(event, form) {
    if (form.dataset.sent) { event.preventDefault(); return; }
    if (device.send && !form.dataset.ready && device.send(form)) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    form.querySelector("button").textContent = form.dataset.busy;
  }

  document.addEventListener("click", (event) => {
    if (event.target.id !== "save-again") { return; }
    device.stopped = null;
    const other = away();
    if (other && !waiting().length && device.goTo) { device.goTo(other.k); } else { tell("saving"); work(); }
  });
  window.addEventListener("online", () => { failures = 0; work(); });
  window.addEventListener("offline", () => { if (device.token) { device.isOffline = true; if (device.strip) { device.strip(); } } });
  document.addEventListener("visibilitychange", () => {
    if (isHere()) { since = Date.now(); work(); } else { spent += Date.now() - since; since = Date.now(); settle(); }
  });
  window.addEventListener("pagehide", settle);
  window.addEventListener("beforeunload", (event) => {
    if (waiting().length && !isSafe() && !device.stopped) { event.preventDefault(); }
  });
  window.addEventListener("pageshow", (event) => { if (event.persisted) { location.reload(); } });
  window.addEventListener("storage", (event) => {
    if (!key || !event.key || event.key.indexOf(shelf("")) !== 0) { return; }
    clearTimeout(device.looking);
    device.looking = setTimeout(() => { load().then(() => { document.querySelectorAll("[data-question]").forEach(dress); }); }, 200);
  });

  const errors = $("errors");
  if (errors) { errors.focus(); }

  // ---- whose copy this is: the page says it, or the address of the frame that stands in offline, or this tab's own memory

  device.isFrame = document.documentElement.hasAttribute("data-frame");
  const hidden = document.querySelector("main input[name=link]");
  const address = location.pathname.slice(home.length).replace(/\/$/, "");
  function remembered() { try { return sessionStorage.getItem("concentric") || ""; } catch (error) { return ""; } }
  const isLink = device.isFrame && /^[\w-]{20,}$/.test(address);
  const token = location.pathname.indexOf(home) !== 0 ? "" : isLink ? address : hidden ? hidden.value : remembered();
  if (isLink) { history.replaceState(null, "", home); }

  device.ready = (token ? start(token) : Promise.resolve()).then(() => {
    // After an error the page shows what was typed, not what is stored.
    if (!errors) { document.querySelectorAll("[data-question]").forEach((card) => {
      if (card.dataset.version !== undefined) {
        const early = latest(card.dataset.question);
        if (!early || early.stored) { learn(card.dataset.question, card.dataset.version, fieldsOf(card)); }
      }
      dress(card);
    }); }
    // What was given before the copy was open is only in memory so far.
    device.records.forEach((record) => { if (!record.stored && !record.d) { put(record); } });
    if (waiting().length) { work(); }
  });

  // The rest comes after the first paint, so that it costs nobody a wait.
  function more() {
    const script = document.createElement("script");
    script.src = places.more;
    document.head.appendChild(script);
  }
  if (device.isFrame) { more(); } else if (location.pathname.indexOf(home) === 0) { window.addEventListener("load", () => { setTimeout(more, 50); }); }
})();
