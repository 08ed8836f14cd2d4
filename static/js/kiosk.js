// On a shared tablet: after three minutes without a touch the next person finds a clean page.
(function () {
  "use strict";
  var WARN_AFTER = 150000, LEAVE_AFTER = 30000;   // two and a half minutes, and half a minute more
  var box = document.getElementById("idle");
  if (!box) { return; }
  var button = box.querySelector("button");
  var timer = 0, before = null;

  // A page that the browser kept from the person before is asked for again, and then opens nothing.
  window.addEventListener("pageshow", function (event) { if (event.persisted) { location.reload(); } });

  // Nobody is there to be asked whether answers that could not be sent may be lost.
  function leave() {
    if (window.concentric) { window.concentric.stopped = { reason: "left", message: "" }; }
    location.replace(box.dataset.home);
  }

  function warn() {
    before = document.activeElement;
    box.hidden = false;
    button.focus();
    timer = setTimeout(leave, LEAVE_AFTER);
  }

  function wait() {
    clearTimeout(timer);
    if (!box.hidden) {
      box.hidden = true;
      if (before && before.focus) { before.focus({ preventScroll: true }); }
    }
    timer = setTimeout(warn, WARN_AFTER);
  }

  ["pointerdown", "keydown", "input"].forEach(function (name) {
    window.addEventListener(name, wait, { passive: true, capture: true });
  });
  button.addEventListener("click", wait);
  wait();
})();
