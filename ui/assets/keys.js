// The keys of the page: / asks, Escape stops, [ and ] walk the citations, ? lists these.
const KEYS = [["/", "to the question"], ["Enter", "ask; with Shift, a new line"], ["Esc", "stop; give an edit up; back from the evidence"],
  ["[  ]", "to the citation before, or the next"], ["?", "these keys"]];
const box = () => document.querySelector("#question textarea");

const list = document.createElement("dialog");
list.id = "keys";
list.setAttribute("aria-label", "Keys");
const rows = document.createElement("dl");
for (const [key, meaning] of KEYS) {
  const term = document.createElement("dt");
  const told = document.createElement("dd");
  term.textContent = key;
  told.textContent = meaning;
  rows.append(term, told);
}
list.append(rows);
list.addEventListener("click", () => list.close());
document.body.append(list);

// Whoever empties the box gives an edit up: what is asked next is a question of its own.
const instead = () => document.querySelector("#instead textarea, #instead input");
function put(field, text) {
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}
document.addEventListener("input", (event) => {
  if (event.target === box() && !box().value && instead().value) put(instead(), "");
});

function walk(step) {
  const markers = [...document.querySelectorAll("#chat a.cite")];
  if (!markers.length) return;
  const at = markers.indexOf(lastMarker());
  const next = at < 0 ? (step > 0 ? 0 : markers.length - 1) : (at + step + markers.length) % markers.length;
  markers[next].scrollIntoView({ block: "nearest" });
  markers[next].click();
}

document.addEventListener("keydown", (event) => {
  const stop = document.querySelector("#question .stop-button, #question [data-testid=stop-button]");
  if (event.key === "Escape" && !list.open && !event.target.closest?.("#evidence")) stop?.click();
  if (event.key === "Escape" && event.target === box() && instead().value) put(box(), "");
  if (event.target.closest?.("input, textarea, select, [contenteditable]") || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "/") box().focus();
  else if (event.key === "[") walk(-1);
  else if (event.key === "]") walk(1);
  else if (event.key === "?") list.open ? list.close() : list.showModal();
  else return;
  event.preventDefault();
});
