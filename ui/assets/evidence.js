// Runs once in the evidence panel; `element`, `props` and `server` are Gradio's.
const CITATION = /^#ev-([0-9a-f]{32})-([0-9]{1,4})-([0-9]{1,4})$/;
let lastMarker = null;

const painted = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
const find = (answer, n) => document.getElementById(`ev-${answer}-${n}`);

async function open(answer, n, claim) {
  if (!find(answer, n)) {
    props.value = await server.evidence_of(answer);
    await painted();
  }
  element.querySelectorAll(".active").forEach((each) => each.classList.remove("active"));
  const card = find(answer, n) ?? element.querySelector(".ev-none");
  if (!card) return;
  const quotes = card.querySelectorAll(`mark[data-claims~="${claim}"]`);
  [card, ...quotes].forEach((each) => each.classList.add("active"));
  card.setAttribute("tabindex", "-1");
  card.focus({ preventScroll: true });
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  (quotes[0] ?? card).scrollIntoView({ block: "center", behavior: still ? "auto" : "smooth" });
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.('a[href^="#ev-"]');
  const wanted = link && CITATION.exec(link.getAttribute("href"));
  if (!wanted) return;
  event.preventDefault();
  lastMarker = link;
  open(wanted[1], wanted[2], wanted[3]);
});

// Escape leads back from the evidence to the marker that opened it.
element.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && lastMarker?.isConnected) lastMarker.focus();
});

document.documentElement.dataset.evidenceReady = "1";
