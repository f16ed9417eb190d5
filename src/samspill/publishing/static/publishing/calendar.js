/* The calendar: one tab stop, arrows walk, M lifts, arrows move, Enter drops, Escape puts back, T asks for date and time.
   Without script every block is a link, and "move" a page of its own. Times are Oslo's wall clock, never the browser's. */
(() => {
  const { Controller } = window.StimulusModule;
  const app = window.wagtail.app;
  const QUARTER = 15; const PAUSE = 250;
  const two = (number) => String(number).padStart(2, "0");
  // A wall time as if it were UTC: arithmetic on it knows no change of clocks; the server knows it.
  const read = (text) => new Date(`${text}:00Z`);
  const write = (at) => at.toISOString().slice(0, 16);
  const fill = (text, values) => text.replace(/%\((\w+)\)s/g, (_whole, name) => values[name] ?? "");

  class Calendar extends Controller {
    static targets = ["item", "live", "content", "dialog", "texts"];
    static values = { view: String, effect: String, move: String };

    connect() {
      this.roam(this.itemTargets[0]);
      this.dialogTarget.addEventListener("close", () => this.returnTo?.focus());
      this.dragging = window.samspillDrag?.(this);
    }
    disconnect() { this.dragging?.stop(); clearTimeout(this.timer); }

    say(text, no = false) { this.liveTarget.classList.toggle("is-no", no); this.liveTarget.textContent = text; }
    text(name, values = {}) { return fill(this.textsTarget.dataset[name], values); }
    link(item) { return item?.querySelector(".k-ev__link"); }
    roam(item) {
      this.itemTargets.forEach((one) => { const stop = one === item ? 0 : -1; one.querySelectorAll(".k-ev__link, .k-ev__move").forEach((part) => { part.tabIndex = stop; }); });
    }
    walk(item) { if (!item) return; this.roam(item); this.link(item).focus(); }
    day(item) { return item.closest("[data-day]"); }

    words(at) {
      const form = new Intl.DateTimeFormat(document.documentElement.lang || "nb", { weekday: "long", day: "numeric", month: "long", timeZone: "UTC" });
      return this.text("at", { day: form.format(at), clock: `${two(at.getUTCHours())}.${two(at.getUTCMinutes())}` });
    }

    /* --- keys -------------------------------------------------------------------- */
    key(event) {
      const item = event.target.closest("[data-k-calendar-target~=item]");
      if (!item || event.ctrlKey || event.metaKey || event.altKey || this.dialogTarget.open) return;
      if (this.lifted) { this.steer(event); return; }
      const key = event.key.toLowerCase();
      if (key === "m") { event.preventDefault(); this.lift(item); return; }
      if (key === "t" && item.dataset.what) { event.preventDefault(); this.open(item.querySelector(".k-ev__move")); return; }
      const all = this.itemTargets; const at = all.indexOf(item);
      const near = { ArrowDown: all[at + 1], ArrowUp: all[at - 1], Home: all[0], End: all[all.length - 1] };
      let next = near[event.key];
      if (event.key === "ArrowLeft" || event.key === "ArrowRight") next = this.beside(item, event.key === "ArrowRight");
      if (next) { event.preventDefault(); this.walk(next); }
    }
    beside(item, forward) {
      const days = [...this.contentTarget.querySelectorAll("[data-day]")]; const from = days.indexOf(this.day(item));
      const there = forward ? days.slice(from + 1) : days.slice(0, from).reverse();
      return there.map((day) => day.querySelector("[data-k-calendar-target~=item]")).find(Boolean);
    }
    lift(item) {
      if (!item.dataset.what) { this.say(this.text("fixed", { title: item.dataset.title }), true); return; }
      this.lifted = item; this.at = read(item.dataset.when); this.home = { parent: item.parentNode, next: item.nextSibling };
      item.classList.add("is-lifted");
      this.say(this.text("lifted", { title: item.dataset.title }));
    }
    steer(event) {
      const inWeek = this.viewValue === "uke";
      const minutes = inWeek ? { ArrowUp: -QUARTER, ArrowDown: QUARTER }[event.key] || 0 : 0;
      const days = { ArrowLeft: -1, ArrowRight: 1 }[event.key] || (inWeek ? 0 : { ArrowUp: -7, ArrowDown: 7 }[event.key] || 0);
      if (minutes || days) { event.preventDefault(); this.shift(minutes, days); }
      if (event.key === "Enter") { event.preventDefault(); this.drop(); }
      if (event.key === "Escape") { event.preventDefault(); this.cancel(); }
      if (event.key === "Tab") this.cancel();
    }
    shift(minutes, days) {
      const at = new Date(this.at.getTime() + minutes * 60000 + days * 86400000);
      if (minutes && at.getUTCDate() !== this.at.getUTCDate()) return; // up and down stay in the day
      this.at = at; this.show(this.lifted, at); this.tell(this.lifted, at);
    }
    show(item, at) {
      const day = this.contentTarget.querySelector(`[data-day="${write(at).slice(0, 10)}"]`);
      const slots = day ? [...day.querySelectorAll("[data-hour]")] : [];
      const place = slots.length ? slots.find((slot) => Number(slot.dataset.hour) === at.getUTCHours()) || (at.getUTCHours() < Number(slots[0].dataset.hour) ? slots[0] : slots.at(-1)) : day;
      const clock = item.querySelector("time"); if (clock) clock.textContent = `${two(at.getUTCHours())}.${two(at.getUTCMinutes())}`;
      if (!place) return; // another week: the line tells where
      const later = [...place.children].find((one) => one !== item && one.dataset.when && one.dataset.when > write(at));
      const held = document.activeElement; place.classList.remove("is-none"); place.insertBefore(item, later || (place.matches("td") ? place.querySelector(".k-more") : null));
      if (item.contains(held)) held.focus();
      item.scrollIntoView({ block: "nearest" });
    }
    cancel() {
      const item = this.lifted; const had = item.contains(document.activeElement); this.settle(item);
      if (had) this.link(item).focus();
      this.say(this.text("cancelled", { title: item.dataset.title }));
    }
    settle(item) {
      clearTimeout(this.timer); this.lifted = null; item.classList.remove("is-lifted");
      if (this.home) this.home.parent.insertBefore(item, this.home.next); this.home = null;
      const clock = item.querySelector("time"); if (clock) clock.textContent = item.dataset.when.slice(11).replace(":", ".");
    }
    drop() { const item = this.lifted; const at = this.at; if (write(at) === item.dataset.when) { this.cancel(); return; } this.send(item, at); }

    /* --- what a move does ----------------------------------------------------------- */
    tell(item, at) {
      const where = this.text("moving", { title: item.dataset.title, when: this.words(at) });
      this.say(where); clearTimeout(this.timer); this.asked = write(at);
      this.timer = setTimeout(async () => {
        const found = await this.weigh(item.dataset.what.split(" "), this.asked);
        if (found && this.asked === write(at)) this.say(`${where} ${found.say}`.trim(), !found.ok);
      }, PAUSE);
    }
    async weigh(whats, when) {
      const query = new URLSearchParams([...whats.map((what) => ["hva", what]), ["dato", when.slice(0, 10)], ["tid", when.slice(11)]]);
      try { const answer = await fetch(`${this.effectValue}?${query}`, { headers: { Accept: "application/json" } }); return answer.ok && !answer.redirected ? await answer.json() : null; } catch { return null; }
    }
    async send(item, at) {
      clearTimeout(this.timer); this.asked = ""; this.say(this.text("saving"));
      const body = new FormData(); item.dataset.what.split(" ").forEach((what) => body.append("hva", what));
      body.append("dato", write(at).slice(0, 10)); body.append("tid", write(at).slice(11));
      body.append("csrfmiddlewaretoken", this.element.querySelector("[name=csrfmiddlewaretoken]").value);
      let answer; let data;
      try { answer = await fetch(this.moveValue, { method: "POST", body, headers: { Accept: "application/json" } }); data = await answer.json(); } catch { data = null; }
      if (!data) { this.settle(item); this.say(this.text("lost"), true); return; }
      if (answer.ok && !data.ask) { await this.renew(data); return; }
      this.settle(item); this.link(item).focus(); this.say(data.say, true);
      if (data.ask) this.open(item.querySelector(".k-ev__move"), at);
    }
    async renew(data) {
      const here = new URL(location.href);
      const day = data.url.match(/uke=([\w-]+)/); if (this.viewValue === "uke" && day) here.searchParams.set("uke", day[1]);
      const answer = await fetch(here); const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.querySelector("[data-k-calendar-target=content]");
      if (!answer.ok || !fresh) { location.assign(data.url); return; }
      history.replaceState(null, "", here); this.lifted = null; this.home = null;
      this.contentTarget.replaceChildren(...fresh.childNodes);
      this.walk(this.find(data.key) || this.itemTargets[0]); this.say(data.say);
    }
    find(key) { return document.getElementById(key) || this.itemTargets.find((one) => (one.dataset.what || "").split(" ").some((what) => what.startsWith(`${key}-`))); }

    /* --- date and time ----------------------------------------------------------------- */
    ask(event) { this.open(event.currentTarget); }
    async open(link, at = null) {
      const address = new URL(link.href); address.searchParams.set("del", "1"); const back = link.closest("article");
      if (at) { address.searchParams.set("dato", write(at).slice(0, 10)); address.searchParams.set("tid", write(at).slice(11)); }
      let answer; try { answer = await fetch(address); } catch { answer = null; }
      if (!answer?.ok || answer.redirected) { location.assign(link.href); return; }
      this.returnTo = this.link(back); this.dialogTarget.innerHTML = await answer.text(); this.dialogTarget.showModal();
      this.dialogTarget.querySelector("[data-k-close]")?.addEventListener("click", (event) => { event.preventDefault(); this.dialogTarget.close(); });
      const form = this.dialogTarget.querySelector("form"); if (!form) return;
      const line = form.querySelector("[data-k-effect]"); form.querySelector("#k-date").focus();
      const look = async () => {
        const data = new FormData(form); if (!data.get("dato") || !data.get("tid") || !data.getAll("hva").length) return;
        const found = await this.weigh(data.getAll("hva"), `${data.get("dato")}T${data.get("tid").slice(0, 5)}`); if (!found) return;
        line.classList.toggle("is-no", !found.ok); line.textContent = found.say;
        const yes = form.querySelector("[data-k-yes]"); yes.hidden = !found.ask; if (yes.hidden) yes.querySelector("input").checked = false;
      };
      form.addEventListener("change", look); if (at) look();
    }
  }
  app.register("k-calendar", Calendar);
  app.register("k-select", class extends Controller { all() { this.element.select(); } });
})();
