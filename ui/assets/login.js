// The page that asks who it is. Where the system is dark, so is the page.
document.documentElement.classList.toggle("dark", matchMedia("(prefers-color-scheme: dark)").matches);
const form = document.querySelector("form");
const refused = document.querySelector("#refused");

async function send() {
  const given = new URLSearchParams(new FormData(form));
  let answer;
  try {
    answer = await fetch(form.action, { method: "POST", body: given });
  } catch {
    return "The server does not answer.";
  }
  if (answer.ok) return location.reload();
  form.elements.password.value = "";
  form.elements.password.focus();
  if (answer.status === 400) return "No account has this name and this password.";
  return (await answer.json()).detail ?? "The server refused it.";
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  refused.textContent = "";
  refused.textContent = (await send()) ?? "";
});
