// A server that has gone is said so, and what was typed is kept until there is a page to ask it on again.
(() => {
  const KEPT = "scholiast-typed";
  const GONE = "The server does not answer. What you typed is kept; this page tries again.";
  const OFTEN = 1000, SELDOM = 4000, PATIENCE = 15000; // milliseconds
  const box = () => document.querySelector("#question textarea");
  const line = document.createElement("p");
  line.id = "gone";
  line.setAttribute("role", "status");

  // What stands in the box, or else what was asked and has no answer.
  function typed() {
    const last = [...document.querySelectorAll("#chat .asked, #chat .draft, #chat .answer")].slice(-2);
    const open = last[1]?.matches(".draft") && document.querySelector("#question .stop-button");
    return box()?.value || (open ? last[0].textContent : "");
  }
  addEventListener("pagehide", () => box() && sessionStorage.setItem(KEPT, typed()));

  function restore() {
    if (!box()) return requestAnimationFrame(restore);
    const text = sessionStorage.getItem(KEPT);
    sessionStorage.removeItem(KEPT);
    document.body.append(line);
    if (!text || box().value) return;
    box().value = text;
    box().dispatchEvent(new Event("input", { bubbles: true }));
  }
  restore();

  // Another server knows nothing of this page, and who has logged out is asked again who it is.
  async function isOthers() {
    const answer = await fetch("gradio_api/app_id", { cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
    if (answer.status >= 500) throw new Error("a proxy answers for it");
    return answer.status === 401 || (answer.ok && (await answer.json()).app_id !== window.gradio_config.app_id);
  }
  async function look() {
    let isGone = false;
    try {
      if (await isOthers()) return location.reload();
    } catch {
      isGone = true;
    }
    line.textContent = isGone ? GONE : "";
    document.documentElement.classList.toggle("gone", isGone);
    setTimeout(look, isGone ? OFTEN : SELDOM);
  }
  look();
})();
