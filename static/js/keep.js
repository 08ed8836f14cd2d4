// Helps to keep what is shown once: copies a code, prints the page, tells by this device's clock when it was sent.
// Without this file the code stands there all the same.
(function () {
  "use strict";
  var now = document.querySelector("time[data-now]");
  if (now) {
    now.textContent = new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
    now.closest("[hidden]").hidden = false;
  }
  document.querySelectorAll("[data-print]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () { window.print(); });
  });
  if (!navigator.clipboard) { return; }
  document.querySelectorAll("[data-copy]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () {
      navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent.trim()).then(function () {
        button.textContent = button.dataset.done;
      });
    });
  });
})();
