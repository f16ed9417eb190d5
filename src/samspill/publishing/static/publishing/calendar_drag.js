/* Moving by pointer: a mouse drags at once, a finger after a short hold, so that the page can still be scrolled.
   The line at the bottom says where it would land; only letting go moves it. */
window.samspillDrag = (calendar) => {
  const FAR = 6; const HOLD = 400; const EDGE = 48;
  const root = calendar.element; let held = null;
  const wall = (text) => new Date(`${text}:00Z`);

  const target = (x, y) => {
    const below = document.elementFromPoint(x, y); const day = below?.closest("[data-day]");
    if (!day || !root.contains(day)) return null;
    const slot = below.closest("[data-hour]"); const at = wall(held.item.dataset.when);
    const found = new Date(`${day.dataset.day}T00:00:00Z`);
    let hour = at.getUTCHours(); let minutes = at.getUTCMinutes();
    if (slot) {
      const box = slot.getBoundingClientRect(); const quarter = Math.min(3, Math.max(0, Math.floor((4 * (y - box.top)) / box.height)));
      hour = Number(slot.dataset.hour); minutes = 15 * quarter;
    }
    found.setUTCHours(hour, minutes); return { at: found, box: slot || day };
  };
  const mark = (box) => { root.querySelectorAll(".is-over").forEach((one) => one.classList.remove("is-over")); box?.classList.add("is-over"); };
  const begin = () => { held.on = true; held.item.classList.add("is-dragged"); calendar.say(calendar.text("lifted", { title: held.item.dataset.title })); };
  const finish = () => {
    if (!held) return null; const done = held; held = null; clearTimeout(done.timer); mark(null);
    done.item.classList.remove("is-dragged"); done.item.style.transform = "";
    if (done.on) { window.addEventListener("click", noClick, true); setTimeout(() => window.removeEventListener("click", noClick, true), 0); }
    return done;
  };
  const noClick = (event) => { event.preventDefault(); event.stopPropagation(); }; // letting go is no press on the link

  const down = (event) => {
    const item = event.target.closest("[data-what]");
    if (!item || event.button || calendar.lifted || event.target.closest(".k-ev__move")) return;
    held = { item, id: event.pointerId, x: event.clientX, y: event.clientY, on: false, finger: event.pointerType !== "mouse" };
    if (held.finger) held.timer = setTimeout(() => held && begin(), HOLD);
  };
  const moved = (event) => {
    if (!held || event.pointerId !== held.id) return;
    const [dx, dy] = [event.clientX - held.x, event.clientY - held.y];
    if (!held.on) { if (Math.hypot(dx, dy) < FAR) return; if (held.finger) { finish(); return; } begin(); }
    held.item.style.transform = `translate(${dx}px, ${dy}px)`;
    const main = document.querySelector("main"); const edge = event.clientY < EDGE ? -12 : event.clientY > window.innerHeight - EDGE ? 12 : 0; if (edge) main?.scrollBy(0, edge);
    const found = target(event.clientX, event.clientY); mark(found?.box); held.to = found?.at;
    if (found && held.said !== found.at.getTime()) { held.said = found.at.getTime(); calendar.tell(held.item, found.at); }
  };
  const up = (event) => {
    if (!held || event.pointerId !== held.id) return; const done = finish();
    if (!done.on) return;
    if (done.to && done.to.toISOString().slice(0, 16) !== done.item.dataset.when) calendar.send(done.item, done.to);
    else calendar.say(calendar.text("cancelled", { title: done.item.dataset.title }));
  };
  const away = () => { const done = finish(); if (done?.on) { clearTimeout(calendar.timer); calendar.say(calendar.text("cancelled", { title: done.item.dataset.title })); } };
  const escape = (event) => { if (event.key === "Escape" && held?.on) away(); };
  const noScroll = (event) => { if (held?.on) event.preventDefault(); };
  const noDrag = (event) => { if (event.target.closest?.("[data-what]")) event.preventDefault(); };
  const noMenu = (event) => { if (held?.on) event.preventDefault(); };

  root.addEventListener("pointerdown", down); root.addEventListener("dragstart", noDrag); root.addEventListener("contextmenu", noMenu);
  root.addEventListener("touchmove", noScroll, { passive: false });
  window.addEventListener("pointermove", moved); window.addEventListener("pointerup", up); window.addEventListener("pointercancel", away); window.addEventListener("keydown", escape);
  return { stop: () => { window.removeEventListener("pointermove", moved); window.removeEventListener("pointerup", up); window.removeEventListener("pointercancel", away); window.removeEventListener("keydown", escape); } };
};
