// Runs once in the list of conversations; `element` and `trigger` are Gradio's.
// The events are told by their names: 'open', 'rename', 'delete', 'restore'.
const CONVERSATION = /^#c-([0-9a-f]{32})$/;

element.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href^='#c-']");
  const wanted = link && CONVERSATION.exec(link.getAttribute("href"));
  if (wanted) {
    event.preventDefault();
    trigger("open", { id: wanted[1] });
    return;
  }
  const button = event.target.closest?.("button[data-do]");
  if (!button) return;
  if (button.dataset.do === "rename") rename(button);
  else if (button.dataset.do === "export") document.dispatchEvent(new CustomEvent("export", { detail: button }));
  else trigger(button.dataset.do, { id: button.dataset.id });
});

// The title becomes a field; Enter keeps what was typed, Escape what was there.
function rename(button) {
  const link = button.parentElement.querySelector("a");
  const field = document.createElement("input");
  field.value = link.textContent;
  field.maxLength = 80;
  field.setAttribute("aria-label", "Title");
  link.hidden = true;
  link.before(field);
  field.select();
  let ended = false;
  const end = (text) => {
    if (ended) return;
    ended = true;
    field.remove();
    link.hidden = false;
    if (text) trigger("rename", { id: button.dataset.id, text });
  };
  field.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "Enter") end(field.value.trim());
    if (event.key === "Escape") end("");
  });
  field.addEventListener("blur", () => end(""));
}

// A link that was followed or kept leads to a conversation, too.
addEventListener("hashchange", () => {
  const wanted = CONVERSATION.exec(location.hash);
  if (wanted) trigger("open", { id: wanted[1] });
});
