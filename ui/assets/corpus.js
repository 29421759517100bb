// Runs once in the list of papers; `element` and `trigger` are Gradio's. A paper is removed when it was said twice.
element.addEventListener("click", (event) => {
  const button = event.target.closest?.("button");
  const paper = button?.closest("li");
  if (!paper) return;
  if (button.matches(".remove")) {
    element.querySelectorAll("li.asked").forEach((each) => each.classList.remove("asked"));
    paper.classList.add("asked");
    paper.querySelector(".no").focus();
  } else if (button.matches(".no")) {
    paper.classList.remove("asked");
    paper.querySelector(".remove").focus();
  } else if (button.matches(".yes")) {
    paper.querySelector(".sure").textContent = "Removing…";
    trigger("delete", { said: paper.dataset.paper });
  }
});
