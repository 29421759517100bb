// Reading on: a new question stands at the top of the conversation, and stays there until the reader scrolls.
let asked = 0;
let held = null;

function hold() {
  const questions = document.querySelectorAll("#chat .asked");
  if (questions.length !== asked) held = questions.length ? questions[questions.length - 1] : null;
  asked = questions.length;
  if (held && !held.isConnected) held = questions[questions.length - 1] ?? null;
  held?.scrollIntoView({ block: "start" });
}
for (const kind of ["wheel", "touchmove", "keydown", "pointerdown"]) {
  document.addEventListener(kind, (event) => event.target.closest?.("#chat") && (held = null), { passive: true });
}

// Gradio labels a message with its markup, what can be asked with a list that buttons are no items of, or with nothing.
const NAMES = {
  "#chat [data-testid=user]": "Question",
  "#chat [data-testid=bot]": "Answer",
  "#chat .examples": "Questions to begin with",
  "#chat .options": "What may be asked next",
  "#shelf .toggle-button": "Conversations",
};
// It also leaves out how a marker, a badge or a chip is called, but for its title.
function relabel() {
  document.querySelectorAll("#chat .claim [title]:not([aria-label]), #chat .chip:not([aria-label])").forEach((each) => {
    each.setAttribute("aria-label", each.matches(".cite") ? `${each.textContent} ${each.title}` : each.title);
  });
  for (const [which, name] of Object.entries(NAMES)) {
    for (const each of document.querySelectorAll(which)) {
      if (each.getAttribute("aria-label") !== name) each.setAttribute("aria-label", name);
      if (each.matches(".examples, .options")) each.setAttribute("role", "group");
    }
  }
}

let pending = false;
const watching = new MutationObserver((changes) => {
  relabel();
  if (changes.some((change) => change.target.closest?.("#feed"))) take();
  if (pending || !changes.some((change) => change.target.closest?.("#chat"))) return;
  pending = true;
  requestAnimationFrame(() => {
    pending = false;
    hold();
  });
});
watching.observe(document.body, { subtree: true, childList: true, attributes: true, attributeFilter: ["aria-label"] });

relabel();
take();
document.documentElement.dataset.evidenceReady = "1";
