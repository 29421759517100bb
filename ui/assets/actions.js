// What can be done with an answer; `server` and `trigger` are Gradio's.
// The events are told by their names: 'again', 'edit', 'undo'.
const DOING = /^#do-([a-z_-]{2,24})-([0-9a-f]{32})$/;
const FILES = { bibtex: "papers.bib", ris: "papers.ris", "csl-json": "papers.json", conversation: "conversation.md" };

async function takeAway(format, id, button) {
  const words = await server.words_of(`${format}:${id}`);
  if (!words) return;
  if (FILES[format]) {
    const file = document.createElement("a");
    file.href = URL.createObjectURL(new Blob([words], { type: "text/plain;charset=utf-8" }));
    file.download = FILES[format];
    file.click();
    URL.revokeObjectURL(file.href);
    return;
  }
  await navigator.clipboard.writeText(words);
  say(button, "Copied");
}

// A word beside what was clicked, which a screen reader reads out and which goes again.
function say(button, word) {
  const said = document.createElement("span");
  said.className = "done";
  said.setAttribute("role", "status");
  said.textContent = word;
  button.after(said);
  setTimeout(() => said.remove(), 3000);
}

async function judge(verdict, id, n, button) {
  await server.judge(JSON.stringify({ verdict, turn: id, n, comment: "" }));
  const field = document.createElement("input");
  field.className = "comment";
  field.maxLength = 500;
  field.placeholder = "Noted. Why? Enter keeps it.";
  field.setAttribute("aria-label", "Why? Optional");
  button.parentElement.querySelector(".comment")?.remove();
  button.after(field);
  field.focus();
  field.addEventListener("keydown", async (event) => {
    event.stopPropagation();
    if (event.key !== "Enter" && event.key !== "Escape") return;
    const comment = field.value.trim();
    if (event.key === "Enter" && comment) await server.judge(JSON.stringify({ verdict, turn: id, n, comment }));
    field.remove();
    say(button, "Thank you");
    button.focus();
  });
}

function act(button) {
  const [, what, id] = DOING.exec(button.getAttribute("href")) ?? [];
  if (!what) return;
  if (what.startsWith("waive-")) trigger("again", { id, text: what.slice(6) });
  else if (["again", "edit", "undo"].includes(what)) trigger(what, { id });
  else if (["good", "bad"].includes(what)) judge(what, id, 0, button);
  else takeAway(what, id, button);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("a.do");
  const wrong = event.target.closest?.("button.ev-wrong");
  if (wrong) judge("wrong citation", wrong.dataset.turn, Number(wrong.dataset.n), wrong);
  if (!button) return;
  event.preventDefault();
  act(button);
});
document.addEventListener("keydown", (event) => {
  const button = event.target.closest?.("a.do");
  if (!button || event.key !== " ") return;
  event.preventDefault();
  act(button);
});
// The list of conversations stands elsewhere; what writes them stands here.
document.addEventListener("export", (event) => takeAway("conversation", event.detail.dataset.id, event.detail));
