// Runs once where papers are brought in; `element` and `trigger` are Gradio's. Files go to the gate, their ids to the page.
const drop = element.querySelector(".drop");
const { most, kinds, files: atOnce, tooLong, wrongKind, pasted } = drop.dataset;
const said = drop.querySelector(".said");
const chosen = drop.querySelector("input");
const text = drop.querySelector("textarea");

function whyNot(file) {
  if (!kinds.split(" ").some((kind) => file.name.toLowerCase().endsWith(kind))) return wrongKind;
  return file.size > Number(most) ? tooLong : "";
}

async function sent(file) {
  const answer = await fetch(`papers?name=${encodeURIComponent(file.name.slice(-200))}`, {
    method: "POST",
    headers: { "content-type": "application/octet-stream" },
    body: file,
  });
  const { id, detail } = await answer.json();
  if (!id) throw new Error(detail);
  return id;
}

async function read(files) {
  const wrong = files.find(whyNot);
  if (wrong) said.textContent = `${wrong.name}: ${whyNot(wrong)}`;
  else if (files.length > Number(atOnce)) said.textContent = `At most ${atOnce} files are read at once; these are ${files.length}.`;
  if (wrong || !files.length || files.length > Number(atOnce)) return;
  said.textContent = "Reading…";
  try {
    const ids = [];
    for (const file of files) ids.push(await sent(file));
    trigger("upload", { said: ids.join(" ") });
    said.textContent = "";
  } catch (error) {
    said.textContent = `This could not be sent: ${error.message}`;
  }
}

chosen.addEventListener("change", async () => {
  await read([...chosen.files]);
  chosen.value = "";
});
drop.querySelector(".read").addEventListener("click", () => {
  if (text.value.trim()) read([new File([text.value], pasted)]);
  else text.focus();
});
drop.addEventListener("dragover", (event) => {
  event.preventDefault();
  drop.classList.add("over");
});
drop.addEventListener("dragleave", () => drop.classList.remove("over"));
drop.addEventListener("drop", (event) => {
  event.preventDefault();
  drop.classList.remove("over");
  read([...event.dataTransfer.files]);
});
