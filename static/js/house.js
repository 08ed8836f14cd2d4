// Moves the reader to the list of problems after a form was refused, where the browser ignored `autofocus`.
const summary = document.querySelector(".error-summary");
if (summary && document.activeElement !== summary) {
  summary.focus();
}
