// Saves each answer as it is given. Without this file the page is a plain form that saves on "continue".
(function () {
  "use strict";
  var sending = document.getElementById("send");
  if (sending) {
    sending.addEventListener("submit", function (event) {
      if (sending.dataset.sent) { event.preventDefault(); return; }
      sending.dataset.sent = "1";
      sending.querySelector("button").textContent = sending.dataset.busy;
    });
    window.addEventListener("pageshow", function (event) { if (event.persisted) { location.reload(); } });
  }

  var errors = document.getElementById("errors");
  if (errors) { errors.focus(); }

  var form = document.getElementById("questions");
  if (!form || !window.fetch || !window.URLSearchParams) { return; }
  var box = document.getElementById("save");
  var state = document.getElementById("save-state");
  var again = document.getElementById("save-again");
  var waiting = [];       // one entry for each question, the latest answer only; the first one is on its way
  var busy = false, failures = 0, timer = 0, pauses = {}, leaving = null;

  function tell(name, text) {
    box.dataset.state = name;
    state.textContent = text || state.dataset[name];
    again.hidden = name !== "failed";
  }

  function newId() {
    var bytes = crypto.getRandomValues(new Uint8Array(12));
    return Array.prototype.map.call(bytes, function (b) { return ("0" + b.toString(16)).slice(-2); }).join("");
  }

  function answerOf(card) {
    var fields = new URLSearchParams();
    fields.append("link", form.elements.link.value);
    fields.append("question", card.dataset.question);
    fields.append("id", newId());
    card.querySelectorAll("input, textarea, select").forEach(function (input) {
      if (input.type === "radio" || input.type === "checkbox" ? input.checked : true) { fields.append(input.name, input.value); }
    });
    return fields;
  }

  // Every change has an id of its own; a repeated request carries the same one, so the server takes it once.
  function keep(card) {
    var key = card.dataset.question;
    clearTimeout(pauses[key]);
    delete pauses[key];
    waiting = waiting.filter(function (entry, at) { return (at === 0 && busy) || entry.key !== key; });
    waiting.push({ key: key, body: answerOf(card) });
    tell("saving");
    work();
  }

  function work() {
    clearTimeout(timer);
    if (busy || !waiting.length) { return; }
    busy = true;
    var entry = waiting[0];
    fetch(form.dataset.save, { method: "POST", body: entry.body, credentials: "omit", keepalive: true }).then(function (response) {
      if (response.status >= 500) { throw new Error("server"); }
      return response.ok ? null : response.json().then(function (answer) { return answer.message; });
    }).then(function (refusal) {
      busy = false; failures = 0; waiting.shift();
      if (refusal) { show(entry.key, refusal); } else { clear(entry.key); }
      if (waiting.length) { work(); return; }
      if (!refusal) { tell("saved"); }
      if (leaving) { form.requestSubmit(leaving.button); }
    }).catch(function () {
      busy = false; failures += 1; leaving = null;
      tell("failed");
      timer = setTimeout(work, Math.min(30000, 1000 * Math.pow(2, failures - 1)));
    });
  }

  function clear(key) {
    var old = document.getElementById("said-" + key);
    if (old) { old.remove(); }
  }

  // A refusal stands where the answer was given; it needs no colour of its own to be found.
  function show(key, text) {
    clear(key);
    var said = document.createElement("p");
    said.id = "said-" + key;
    said.className = "error";
    said.textContent = text;
    document.getElementById("q-" + key).appendChild(said);
    tell("refused", state.dataset.failed);
  }

  form.addEventListener("change", function (event) {
    var card = event.target.closest("[data-question]");
    if (card) { keep(card); }
  });
  form.addEventListener("input", function (event) {
    var card = event.target.closest("[data-question]");
    if (!card || event.target.tagName !== "TEXTAREA") { return; }
    clearTimeout(pauses[card.dataset.question]);
    pauses[card.dataset.question] = setTimeout(keep, 1200, card);
  });
  // The page is left only once every answer has arrived: an older one must not overtake the form.
  form.addEventListener("submit", function (event) {
    if (!form.requestSubmit) { return; }
    Object.keys(pauses).forEach(function (key) { keep(document.getElementById("q-" + key)); });
    if (!busy && !waiting.length) { return; }
    event.preventDefault();
    leaving = { button: event.submitter || undefined };
    work();
  });
  // Digits choose only while a radio button has the focus.
  form.addEventListener("keydown", function (event) {
    if (event.target.type !== "radio" || event.ctrlKey || event.metaKey || event.altKey || !/^[1-9]$/.test(event.key)) { return; }
    var radio = event.target.closest("fieldset").querySelectorAll("input")[event.key - 1];
    if (radio && !radio.checked) { radio.focus(); radio.click(); }
    event.preventDefault();
  });
  again.addEventListener("click", work);
  window.addEventListener("online", work);
})();
