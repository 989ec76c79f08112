// Says what this device's clock showed when a form was sent. Both times are kept, side by side.
for (const box of document.querySelectorAll("input[data-clock]")) {
  box.form.addEventListener("submit", () => { box.value = new Date().toISOString(); });
}
