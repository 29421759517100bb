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
  // The card from its top, where the number and the title are, unless the quote would stay out of sight.
  const quote = quotes[0] ?? card;
  const tall = quote.getBoundingClientRect().bottom - card.getBoundingClientRect().top > innerHeight - 150;
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const behavior = still ? "auto" : "smooth";
  if (tall) quote.scrollIntoView({ block: "center", behavior });
  else card.scrollIntoView({ block: "start", behavior });
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.('a[href^="#ev-"]');
  const wanted = link && CITATION.exec(link.getAttribute("href"));
  if (!wanted) return;
  event.preventDefault();
  lastMarker = link;
  open(wanted[1], wanted[2], wanted[3]);
});

// Escape, and on a narrow window a button, lead back from the evidence to the marker that opened it.
function back() {
  const marker = lastMarker?.isConnected ? lastMarker : document.querySelector("#question textarea");
  marker.focus();
}
element.addEventListener("keydown", (event) => event.key === "Escape" && back());
element.addEventListener("click", (event) => event.target.closest?.(".ev-back") && back());

// Gradio labels each message with its markup; a screen reader is better served by the text itself.
const labels = new MutationObserver(relabel);
function relabel() {
  document.querySelectorAll("#chat [data-testid=user], #chat [data-testid=bot]").forEach((each) => {
    const name = each.dataset.testid === "user" ? "Question" : "Answer";
    if (each.getAttribute("aria-label") !== name) each.setAttribute("aria-label", name);
  });
}
labels.observe(document.body, { subtree: true, childList: true, attributes: true, attributeFilter: ["aria-label"] });

document.documentElement.dataset.evidenceReady = "1";
