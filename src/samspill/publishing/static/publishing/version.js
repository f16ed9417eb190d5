/* One post: counts, marks the surplus, previews, saves by itself. Typing never waits for the server. */
(() => {
  const { Controller } = window.StimulusModule;
  const { Keeper, ask, say, newToken } = window.samspillCompose;
  const MEASURE = 150; const SAVE = 800; const HERE = 20000; const QUIET = 1200;
  const RETRY = [2000, 5000, 10000, 20000];
  const escape = (text) => text.replace(/[&<>]/g, (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[sign]);

  class Version extends Controller {
    static targets = ["text", "back", "count", "fill", "live", "field", "preview", "problems", "error", "base", "rows", "row", "pictureCount", "when", "after", "address", "offer", "conflict", "presence", "pictures"];
    static values = { id: Number, keep: Number, left: Number, measureUrl: String, pingUrl: String, picturesUrl: String, name: String, most: Number };

    connect() {
      this.user = this.element.closest("[data-c-composer-user-value]").dataset.cComposerUserValue;
      this.keeper = new Keeper(this.user, this.idValue);
      this.sent = this.serialised(); this.tries = 0;
      this.paint(); this.offer();
      if (!this.frozen) { this.here(); this.hereTimer = setInterval(() => { if (!document.hidden) this.here(); }, HERE); }
    }
    disconnect() { clearInterval(this.hereTimer); [this.measureTimer, this.saveTimer, this.retryTimer, this.liveTimer].forEach(clearTimeout); }

    get frozen() { return Boolean(this.element.querySelector("fieldset[disabled]")); }
    get dirty() { return !this.frozen && this.serialised() !== this.sent; }
    get stuck() { return this.hasConflictTarget && this.conflictTarget.childElementCount > 0 && !this.merging; }

    body() { const data = new URLSearchParams(new FormData(this.element)); return data; }
    serialised() { const data = this.body(); ["base", "csrfmiddlewaretoken", "unlock"].forEach((name) => data.delete(name)); return data.toString(); }

    /* --- typing ------------------------------------------------------------------ */
    typed() {
      this.paint(); this.reveal();
      if (!this.dirty) return;
      if (!this.met) { this.met = true; this.here(); }
      this.keeper.put({ body: this.serialised(), text: this.textTarget.value, base: this.baseTarget.value, at: Date.now() });
      clearTimeout(this.measureTimer); this.measureTimer = setTimeout(() => this.measure(), MEASURE);
      this.later();
      this.dispatch("saved", { detail: { status: say("unsaved") } });
    }
    later(delay = SAVE) { clearTimeout(this.saveTimer); this.saveTimer = setTimeout(() => this.save(), delay); }
    scrolled() { this.backTarget.scrollTop = this.textTarget.scrollTop; }
    reveal() {
      const form = this.element.elements;
      if (this.hasWhenTarget) this.whenTarget.hidden = form.timing.value !== "at";
      if (this.hasAfterTarget) this.afterTarget.hidden = form.timing.value !== "with_story";
      if (this.hasAddressTarget) this.addressTarget.hidden = form.link_to.value !== "other";
    }
    paint() {
      const text = this.textTarget.value; const room = this.over > 0 ? this.keepValue : this.keepValue + this.leftValue;
      const end = Math.min(text.length, room);
      this.backTarget.innerHTML = `${escape(text.slice(0, end))}${end < text.length ? `<mark>${escape(text.slice(end))}</mark>` : ""}\n`;
      this.scrolled();
    }

    async measure() {
      this.measuring?.abort(); this.measuring = new AbortController();
      const asked = this.serialised();
      let answer;
      try { answer = await ask(this.measureUrlValue, { method: "POST", body: this.body(), signal: this.measuring.signal }); } catch { return; }
      if (answer.kind === "ok" && asked === this.serialised()) this.show(answer.data);
    }
    show(data) {
      this.keepValue = data.keep; this.leftValue = data.left; this.over = data.over;
      this.paint();
      this.countTarget.textContent = data.count;
      this.fillTarget.setAttribute("width", Math.min(100, (100 * data.length) / data.limit));
      this.fieldTarget.classList.toggle("is-over", data.over > 0);
      this.textTarget.toggleAttribute("aria-invalid", data.over > 0); if (data.over > 0) this.textTarget.setAttribute("aria-invalid", "true");
      this.problemsTargets.forEach((box) => { const html = data.problems[box.dataset.field] || ""; if (box.dataset.html !== html) { box.innerHTML = html; box.dataset.html = html; } });
      this.errorTargets.forEach((box) => { const text = data.errors[box.dataset.field] || ""; if (box.textContent !== text) box.textContent = text; });
      if (this.previewTarget.dataset.html !== data.preview) { this.previewTarget.innerHTML = data.preview; this.previewTarget.dataset.html = data.preview; }
      const note = document.getElementById(`note-v${this.idValue}`); if (note) note.innerHTML = data.note;
      clearTimeout(this.liveTimer); // spoken once the hands rest
      this.liveTimer = setTimeout(() => { const text = data.over > 0 ? say("over", data.over) : say("fits"); if (this.liveTarget.textContent !== text) this.liveTarget.textContent = text; }, QUIET);
    }

    /* --- keeping ----------------------------------------------------------------- */
    async save() {
      clearTimeout(this.saveTimer); clearTimeout(this.retryTimer);
      if (this.stuck) return false;
      if (this.saving) { await this.saving; return this.dirty ? this.save() : true; }
      if (!this.dirty) return true;
      this.saving = this.send(); const done = await this.saving; this.saving = null;
      if (done && this.dirty) this.later();
      return done;
    }
    async send(again = true) {
      const asked = this.serialised();
      this.dispatch("saved", { detail: { status: say("saving") } });
      const answer = await ask(this.element.action, { method: "POST", body: this.body() });
      if (answer.kind === "ok") {
        const { data } = answer; const whole = !Object.keys(data.errors).length;
        this.baseTarget.value = data.base; this.sent = asked; this.tries = 0;
        if (whole && asked === this.serialised()) this.keeper.drop();
        if (asked === this.serialised()) this.show(data);
        this.dispatch("saved", { detail: { status: whole ? say("saved", data.saved) : say("partly"), bar: true } });
        return true;
      }
      if (answer.kind === "refused" && answer.data.code === "changed") { this.meet(answer.data); return false; }
      if (answer.kind === "refused") { this.dispatch("lost", { detail: { say: answer.data.say || say("server") } }); return false; }
      if (answer.kind === "lost" && again && await this.freshToken()) return this.send(false);
      this.dispatch("lost", { detail: { say: say(answer.kind), login: answer.kind === "lost" } });
      this.retryTimer = setTimeout(() => this.save(), RETRY[Math.min(this.tries, RETRY.length - 1)]); this.tries += 1;
      return false;
    }
    async freshToken() {
      const answer = await ask(this.pingUrlValue);
      if (answer.kind !== "ok") return false;
      newToken(answer.data.token); return true;
    }
    async here() {
      if (this.element.closest("[role=tabpanel]")?.hidden) return; // nobody is at a post that is not shown
      const answer = await ask(this.pingUrlValue);
      if (answer.kind !== "ok") return;
      newToken(answer.data.token);
      const names = answer.data.others; const text = names.length ? say("here", names.join(", ")) : "";
      const box = this.presenceTarget.querySelector("span");
      if (box.textContent !== text) { box.textContent = text; this.presenceTarget.hidden = !text; }
    }
    async submit(event) {
      const button = event.submitter;
      if (this.passing) return;
      // Nothing to keep: it goes as it is. Asked again while the event is still under way, the browser would do nothing.
      if (button?.hasAttribute("formaction") && !this.dirty && !this.saving && !this.stuck) return;
      event.preventDefault();
      const saved = await this.save();
      if (!button || !button.hasAttribute("formaction")) return;
      if (saved) { this.passing = true; this.element.requestSubmit(button); }
    }

    /* --- a text that was not saved last time --------------------------------------- */
    offer() {
      const kept = this.keeper.get();
      if (!kept || this.frozen) return;
      if (kept.body === this.sent) { this.keeper.drop(); return; }
      const box = this.offerTarget; box.replaceChildren();
      const main = document.createElement("div"); const line = document.createElement("p"); const strong = document.createElement("strong");
      strong.textContent = say("offer"); line.append(strong);
      const text = document.createElement("div"); text.className = "c-said"; text.tabIndex = 0; text.setAttribute("role", "group"); text.setAttribute("aria-label", say("offer")); text.textContent = kept.text;
      const acts = document.createElement("p"); acts.className = "c-acts";
      acts.append(this.button(say("offerUse"), () => this.restore(kept)), this.button(say("offerDrop"), () => { this.keeper.drop(); box.hidden = true; this.textTarget.focus(); }, true));
      main.append(line, text, acts); box.append(main); box.hidden = false;
    }
    button(text, act, second = false) {
      const button = document.createElement("button"); button.type = "button"; button.textContent = text;
      button.className = `button button-small${second ? " button-secondary" : ""}`; button.addEventListener("click", act); return button;
    }
    restore(kept) {
      const data = new URLSearchParams(kept.body); const form = this.element.elements;
      this.textTarget.value = kept.text;
      ["timing", "planned_date", "planned_time", "after_amount", "after_unit", "link_to", "link_url"].forEach((name) => { if (form[name] && data.has(name)) form[name].value = data.get(name); });
      this.offerTarget.hidden = true; this.typed(); this.textTarget.focus();
    }

    /* --- two people at once -------------------------------------------------------- */
    /* What I have not touched since it was last saved is theirs; only a text that both changed is asked about. */
    meet(data) {
      const mine = new URLSearchParams(this.serialised()); const before = new URLSearchParams(this.sent || ""); const form = this.element.elements;
      const untouched = (name) => JSON.stringify(mine.getAll(name)) === JSON.stringify(before.getAll(name));
      this.baseTarget.value = data.base;
      Object.entries(data.fields).forEach(([name, value]) => { if (form[name] && untouched(name)) form[name].value = value; });
      if (this.hasRowsTarget && untouched("picture") && untouched("alt")) { this.rowsTarget.innerHTML = data.rows.join(""); this.renumber(); }
      this.reveal();
      if (untouched("text")) { this.textTarget.value = data.text; this.paint(); this.sent = null; this.later(0); return; }
      this.conflictTarget.innerHTML = data.box;
      this.conflictTarget.firstElementChild.focus();
      this.dispatch("saved", { detail: { status: say("unsaved") } });
    }
    useMine(event) { event.preventDefault(); this.conflictTarget.replaceChildren(); this.textTarget.focus(); this.sent = null; this.save(); }
    useTheirs() { // the link opens the page anew; what was mine is offered there
      this.keeper.put({ body: this.serialised(), text: this.textTarget.value, base: this.baseTarget.value, at: Date.now() });
      this.passing = true;
    }
    merge() {
      this.merging = true; const section = this.conflictTarget.firstElementChild; const acts = section.querySelector(".c-acts"); acts.replaceChildren();
      const line = document.createElement("span"); line.textContent = say("merge");
      acts.append(line, this.button(say("done"), () => { this.conflictTarget.replaceChildren(); this.merging = false; this.textTarget.focus(); this.later(0); }));
      this.sent = null; this.textTarget.focus();
    }

    /* --- text from another channel ------------------------------------------------- */
    copy(event) {
      const source = document.querySelector(`#${event.currentTarget.dataset.source}-text`);
      if (!source) return; // it is out already: the server copies
      event.preventDefault(); event.currentTarget.closest("details").open = false;
      this.textTarget.focus(); this.textTarget.select();
      // Keeps the browser's own undo, which setting the value would throw away.
      if (!document.execCommand("insertText", false, source.value)) { this.textTarget.value = source.value; this.typed(); }
      this.liveTarget.textContent = say("copied");
    }

    /* --- pictures ------------------------------------------------------------------ */
    choosePictures() {
      const modal = new window.ImageChooserModal(this.element.closest("[data-c-composer-chooser-url-value]").dataset.cComposerChooserUrlValue);
      modal.open({ multiple: true }, (chosen) => this.addPictures([].concat(chosen).map((picture) => picture.id)));
    }
    async addPictures(ids) {
      const query = ids.map((id) => `bilde=${encodeURIComponent(id)}`).join("&");
      const answer = await ask(`${this.picturesUrlValue}?${query}`);
      if (answer.kind !== "ok") { this.dispatch("lost", { detail: { say: say(answer.kind), login: answer.kind === "lost" } }); return; }
      const before = this.rowTargets.length;
      answer.data.rows.forEach((row) => this.rowsTarget.insertAdjacentHTML("beforeend", row));
      this.renumber(); this.liveTarget.textContent = say("added", answer.data.rows.length);
      this.rowTargets[before]?.querySelector("textarea").focus(); this.typed(); // asked for at the moment of choosing
    }
    move(event, step) {
      const row = event.currentTarget.closest("li"); const other = step < 0 ? row.previousElementSibling : row.nextElementSibling;
      if (!other) return;
      if (step < 0) other.before(row); else other.after(row);
      this.renumber(); event.currentTarget.focus();
      this.liveTarget.textContent = say("moved", this.rowTargets.indexOf(row) + 1); this.typed();
    }
    up(event) { this.move(event, -1); }
    down(event) { this.move(event, 1); }
    drop(event) {
      const row = event.currentTarget.closest("li"); const next = row.nextElementSibling || row.previousElementSibling;
      row.remove(); this.renumber(); this.liveTarget.textContent = say("dropped");
      (next ? next.querySelector("[data-action='c-version#drop']") : this.picturesTarget.querySelector("[id$=add-picture]")).focus(); this.typed();
    }
    renumber() {
      const prefix = `v${this.idValue}`;
      this.rowTargets.forEach((row, place) => {
        const alt = row.querySelector("textarea"); alt.id = `${prefix}-alt-${place}`; row.querySelector("label").htmlFor = alt.id;
        row.querySelector("[data-number]").textContent = say("picture", place + 1);
        const [own, text] = row.querySelectorAll("[data-field]");
        own.dataset.field = `pictures.${place}`; own.id = `${prefix}-problems-pictures-${place}`;
        text.dataset.field = `pictures.${place}.alt`; text.id = `${prefix}-problems-pictures-${place}-alt`;
        const hint = row.querySelector(".s-soft[id]"); hint.id = `${prefix}-alt-hint-${place}`; alt.setAttribute("aria-describedby", `${hint.id} ${text.id}`);
      });
      this.pictureCountTarget.textContent = this.pictureCountTarget.textContent.replace(/^\d+/, this.rowTargets.length);
    }
  }
  window.wagtail.app.register("c-version", Version);
})();
