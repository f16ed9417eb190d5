/* Small Stimulus controllers, registered the way Wagtail documents. No build step. */
(() => {
  const { Controller } = window.StimulusModule;
  const register = (name, controller) => window.wagtail.app.register(name, controller);

  /* Jump to a field inside nested tabs: opens each tab on the way, outermost first (w-focus opens one level only). */
  register("s-jump", class extends Controller {
    go(event) {
      const field = document.querySelector(this.element.hash);
      if (!field) return;
      event.preventDefault();
      const panels = [];
      for (let at = field; at; at = at.parentElement && at.parentElement.closest("[role=tabpanel]")) {
        if (at !== field) panels.unshift(at);
      }
      panels.forEach((panel) => {
        if (panel.hidden) document.querySelector(`[role=tab][aria-controls="${panel.id}"]`)?.click();
      });
      setTimeout(() => field.focus(), 250);
    }
  });

  /* Copy a text: from the element named by the value, else from the value itself. Says so in place, politely.
     Where the browser does not let us, what stands on the page (``mark``) is selected, and that is said. */
  register("s-copy", class extends Controller {
    static values = { from: String, text: String, mark: String, done: String, marked: String };
    async copy() {
      const source = this.fromValue && document.getElementById(this.fromValue);
      const text = source ? source.textContent.trim() : this.textValue;
      try {
        await navigator.clipboard.writeText(text);
      } catch {
        this.select(source || document.getElementById(this.markValue));
        return;
      }
      this.element.closest(".s-steps > li")?.classList.add("is-done");
      this.say(this.doneValue);
    }
    select(source) { // no clipboard (an address without https): mark the text, so that one key copies it
      if (!source) return;
      const range = document.createRange();
      range.selectNodeContents(source);
      const selection = window.getSelection();
      selection.removeAllRanges();
      selection.addRange(range);
      if (this.markedValue) this.say(this.markedValue);
    }
    say(words) {
      if (!this.live) {
        this.live = document.createElement("span");
        this.live.setAttribute("role", "status");
        this.live.className = "s-copied";
        this.element.after(this.live);
      }
      this.live.textContent = "";
      setTimeout(() => { this.live.textContent = words; }, 50);
    }
  });

  /* What went wrong takes the focus, so that it is read first. */
  register("s-focus", class extends Controller { connect() { this.element.focus(); } });

  /* Steps done by hand: a press turns the step green. */
  register("s-steps", class extends Controller {
    done(event) { event.currentTarget.closest("li").classList.add("is-done"); }
  });

  /* Keeps parts of a page fresh while something is moving. Replaces nothing in which somebody is working. */
  register("s-live", class extends Controller {
    static targets = ["part", "say"];
    static values = { url: String, seconds: { type: Number, default: 4 }, mark: String };
    connect() { this.plan(); }
    disconnect() { clearTimeout(this.later); }
    plan() {
      clearTimeout(this.later);
      if (this.urlValue) this.later = setTimeout(() => this.look(), this.secondsValue * 1000);
    }
    async look() {
      if (document.hidden) { this.plan(); return; }
      try {
        const answer = await fetch(this.urlValue, { headers: { "X-Requested-With": "XMLHttpRequest" } });
        if (answer.redirected || answer.status === 403) return; // signed out: leave the page as it is
        if (answer.ok) this.take(new DOMParser().parseFromString(await answer.text(), "text/html"));
      } catch { /* the net was away; look again */ }
      if (this.element.isConnected) this.plan();
    }
    take(fresh) {
      const root = fresh.querySelector("[data-controller~=s-live]");
      if (!root) return;
      const mark = root.getAttribute("data-s-live-mark-value");
      if (mark === this.markValue) return;
      this.markValue = mark;
      this.partTargets.forEach((part) => {
        const other = root.querySelector(`#${CSS.escape(part.id)}`);
        if (!other || part.innerHTML === other.innerHTML) return;
        if (part.contains(document.activeElement) && document.activeElement !== document.body) {
          this.announce(root, true);
          return;
        }
        const open = [...part.querySelectorAll("details[open]")].map((one) => one.id).filter(Boolean);
        part.replaceWith(document.importNode(other, true));
        open.forEach((id) => document.getElementById(id)?.setAttribute("open", ""));
      });
      this.announce(root, false);
      this.urlValue = root.getAttribute("data-s-live-url-value") || "";
    }
    announce(root, kept) {
      if (!this.hasSayTarget) return;
      const words = root.querySelector("[data-s-live-target~=say]");
      this.sayTarget.textContent = (kept ? words?.dataset.kept : words?.dataset.words) || "";
    }
  });

  /* A channel's template: the example follows what is typed; the server fills and counts, as the composer will. */
  register("s-template", class extends Controller {
    static targets = ["field", "example", "count"];
    static values = { url: String, platform: String };
    typed() { clearTimeout(this.later); this.later = setTimeout(() => this.fill(), 200); }
    async fill() {
      const body = new FormData();
      body.set("plattform", this.platformValue);
      body.set("mal", this.fieldTarget.querySelector("textarea").value);
      body.set("csrfmiddlewaretoken", this.element.querySelector("[name=csrfmiddlewaretoken]").value);
      this.number = (this.number || 0) + 1;
      const mine = this.number;
      try {
        const answer = await fetch(this.urlValue, { method: "POST", body });
        if (!answer.ok || mine !== this.number) return;
        const told = await answer.json();
        this.exampleTarget.innerText = told.text;
        this.countTarget.textContent = this.countTarget.dataset.words
          .replace("{length}", told.length).replace("{limit}", told.limit);
      } catch { /* the net was away; the next key tries again */ }
    }
  });

  /* Wagtail's own windows for choosing have no name, and the field for tags in them no label: each takes what is seen. */
  const name = (window_) => {
    const heading = window_.querySelector("h1, h2");
    if (heading) window_.setAttribute("aria-label", heading.textContent.trim());
    window_.querySelectorAll(".tagit-new input:not([aria-label])").forEach((input) => {
      const label = input.closest(".w-field__wrapper")?.querySelector("label");
      if (label) input.setAttribute("aria-label", label.textContent.trim());
    });
  };
  const inside = new MutationObserver((changes) => changes.forEach((change) => {
    const window_ = change.target.closest?.(".modal[role=dialog]");
    if (window_) name(window_);
  }));
  new MutationObserver((changes) => changes.forEach((change) => change.addedNodes.forEach((node) => {
    if (!node.matches?.(".modal[role=dialog]")) return;
    inside.observe(node, { childList: true, subtree: true });
    name(node);
  }))).observe(document.documentElement, { childList: true, subtree: true });

  /* A small menu on <details>: Escape closes it and gives the focus back; so does leaving it. */
  register("s-menu", class extends Controller {
    close() {
      if (!this.element.open) return;
      this.element.open = false;
      this.element.querySelector("summary").focus();
    }
    left(event) { if (!this.element.contains(event.relatedTarget)) this.element.open = false; }
  });
})();
