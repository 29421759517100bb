// The margin. Runs once in the evidence panel; `element` and `server` are Gradio's.
const CITATION = /^#ev-([0-9a-f]{32})-([0-9]{1,4})-([0-9]{1,4})$/;
const leaf = element.querySelector(".leaf");
const nothing = leaf.innerHTML;
// The address of the marker that was followed last, as the chat may have drawn the marker itself anew; and its claim.
let followed = "";
let claimed = "";
// The turn whose evidence the reader has opened: what another turn brings does not take its place.
let opened = null;
let fed = null;

const lastMarker = () => document.querySelector(`#chat a.cite[href="${followed}"]`);
const light = (card) => [card, ...card.querySelectorAll(`mark[data-claims~="${claimed}"]`)].forEach((each) => each.classList.add("active"));
// In the margin: #feed holds elements of the same ids.
const within = (id) => leaf.querySelector(`#${id}`);
const find = (turn, n) => within(`ev-${turn}-${n}`);
const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
const bare = (node) => {
  const copy = node.cloneNode(true);
  [copy, ...copy.querySelectorAll(".active, .rests")].forEach((each) => each.classList.remove("active", "rests"));
  return copy.innerHTML;
};

// Whoever reads a card reads its successor, which has more quotes.
function succeed(old, part) {
  const isRead = old === document.activeElement;
  old.replaceWith(part);
  if (old.classList.contains("active")) light(part);
  if (isRead) part.focus({ preventScroll: true });
}

// Turn the panel to `next`; of the same turn, what has not changed stays, and with it the focus.
function turnTo(next) {
  const now = leaf.querySelector(".ev");
  if (!now || !next.dataset.turn || now.dataset.turn !== next.dataset.turn) {
    leaf.replaceChildren(next);
    document.getElementById("margin").scrollTop = 0;
    return;
  }
  let before = null;
  for (const part of [...next.children]) {
    const old = part.id ? within(part.id) : now.querySelector(`:scope > .${part.classList[0]}:not([id])`);
    if (!old) before ? before.after(part) : now.prepend(part);
    else if (bare(old) !== bare(part)) succeed(old, part);
    before = old?.isConnected ? old : part;
  }
  let rest = before?.nextElementSibling;
  while (rest) {
    const gone = rest;
    rest = rest.nextElementSibling;
    gone.remove();
  }
}

// The evidence of an answer comes with it, as the content of #feed.
function take() {
  const section = document.querySelector("#feed .ev");
  const turn = section?.dataset.turn ?? null;
  if (turn !== fed) opened = null;
  fed = turn;
  if (opened && opened !== turn) return;
  if (section) turnTo(section.cloneNode(true));
  else leaf.innerHTML = nothing;
}

async function open(turn, n, claim) {
  opened = turn;
  if (!find(turn, n)) {
    const asked = document.createElement("template");
    asked.innerHTML = await server.evidence_of(turn);
    turnTo(asked.content.querySelector(".ev"));
  }
  element.querySelectorAll(".active").forEach((each) => each.classList.remove("active"));
  const card = find(turn, n) ?? element.querySelector(".ev-none");
  if (!card) return;
  claimed = claim;
  light(card);
  card.setAttribute("tabindex", "-1");
  card.focus({ preventScroll: true });
  // The card from its top, where the number and the title are, unless the quote would stay out of sight.
  const quote = card.querySelector("mark.active") ?? card;
  const tall = quote.getBoundingClientRect().bottom - card.getBoundingClientRect().top > innerHeight - 150;
  const behavior = still() ? "auto" : "smooth";
  if (tall) quote.scrollIntoView({ block: "center", behavior });
  else card.scrollIntoView({ block: "start", behavior });
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.('a[href^="#ev-"]');
  const wanted = link && CITATION.exec(link.getAttribute("href"));
  if (!wanted) return;
  event.preventDefault();
  followed = link.getAttribute("href");
  open(wanted[1], wanted[2], wanted[3]);
});

// Escape, and on a narrow window a button, lead back from the evidence to the marker that opened it.
function back() {
  (lastMarker() ?? document.querySelector("#question textarea")).focus();
}
element.addEventListener("keydown", (event) => event.key === "Escape" && back());
element.addEventListener("click", (event) => event.target.closest?.(".ev-back") && back());

// What is pointed at or focused shows what rests on it: the sentences of a card, the cards of a sentence.
function together(event) {
  document.querySelectorAll(".rests").forEach((each) => each.classList.remove("rests"));
  const card = event.target.closest?.(".ev-card[id]");
  const claim = event.target.closest?.("#chat .claim");
  const marks = card ? document.querySelectorAll(`#chat a.cite[href^="#${card.id}-"]`) : (claim?.querySelectorAll("a.cite") ?? []);
  for (const marker of marks) {
    const [, turn, n, k] = CITATION.exec(marker.getAttribute("href"));
    if (card) marker.closest(".claim").classList.add("rests");
    else [find(turn, n), ...(find(turn, n)?.querySelectorAll(`mark[data-claims~="${k}"]`) ?? [])].forEach((each) => each?.classList.add("rests"));
  }
}
document.addEventListener("mouseover", together);
document.addEventListener("focusin", together);
