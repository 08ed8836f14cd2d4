// Keeps the job card current: asks every two seconds, less often the longer it takes, and loads the page
// again when the job is over. Without this script the card's "Look again" link does the same.
const card = document.querySelector("[data-job]");
const FIRST_PAUSE = 2000;
const LONGEST_PAUSE = 15000;

if (card) {
  const step = card.querySelector("[data-job-step]");
  const elapsed = card.querySelector("[data-job-elapsed]");
  const asked = Date.now() - 1000 * Number(elapsed.textContent.replace(/\D/g, ""));
  let pause = FIRST_PAUSE;

  const count = () => {
    elapsed.textContent = String(Math.floor((Date.now() - asked) / 1000));
  };

  const look = async () => {
    try {
      const answer = await fetch(card.dataset.job, { headers: { Accept: "application/json" } });
      if (answer.redirected || answer.status === 404) {
        window.location.reload();
        return;
      }
      if (answer.ok) {
        const found = await answer.json();
        if (found.state !== "queued" && found.state !== "running") {
          window.location.reload();
          return;
        }
        if (found.step && found.step !== step.textContent) {
          step.textContent = found.step;
          pause = FIRST_PAUSE;
        }
      }
    } catch {
      // No connection just now: the work goes on without us, so keep asking.
    }
    pause = Math.min(pause * 1.15, LONGEST_PAUSE);
    window.setTimeout(look, pause);
  };

  window.setInterval(count, 1000);
  window.setTimeout(look, FIRST_PAUSE);
}
