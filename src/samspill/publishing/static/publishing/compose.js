/* The composer's page: the bar, the status of saving, jumping to a field in another tab, and the preview's switches. */
(() => {
  const { Controller } = window.StimulusModule;
  const { ask, say } = window.samspillCompose;
  const app = window.wagtail.app;

  app.register("c-composer", class extends Controller {
    static targets = ["bar", "errors", "status", "alert", "words"];
    static values = { user: String, barUrl: String, loginUrl: String, chooserUrl: String };

    connect() {
      document.documentElement.classList.add("c-script"); this.element.querySelector("[role=tab][aria-selected=true]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
      window.addEventListener("beforeunload", this.leave); window.addEventListener("pageshow", this.back);
    }
    disconnect() { window.removeEventListener("beforeunload", this.leave); window.removeEventListener("pageshow", this.back); }
    versions() { return [...this.element.querySelectorAll("[data-controller~=c-version]")].map((form) => app.getControllerForElementAndIdentifier(form, "c-version")).filter(Boolean); }
    leave = (event) => { if (this.versions().some((version) => version.dirty && !version.passing)) event.preventDefault(); };
    back = (event) => { if (event.persisted) this.versions().forEach((version) => { version.passing = false; }); };
    retry() { if (!document.hidden) this.versions().forEach((version) => { if (version.dirty) version.save(); }); }

    renew(event) {
      this.statusTarget.textContent = event.detail.status || "";
      if (!event.detail.bar) return;
      this.alertTarget.hidden = true; this.alertTarget.replaceChildren();
      this.bar();
    }
    async bar() {
      const answer = await ask(this.barUrlValue);
      if (answer.kind === "ok" && !this.barTarget.contains(document.activeElement)) { this.barTarget.innerHTML = answer.data.bar; }
    }
    lost(event) {
      const { say: text, login } = event.detail; const line = document.createElement("p"); line.textContent = `${text} `;
      if (login) { const link = document.createElement("a"); link.href = this.loginUrlValue; link.target = "_blank"; link.rel = "noopener"; link.textContent = say("login"); line.append(link); }
      if (this.alertTarget.textContent !== line.textContent) this.alertTarget.replaceChildren(line);
      this.alertTarget.hidden = false; this.statusTarget.textContent = say("unsaved");
    }
    jump(event) {
      const field = document.querySelector(event.currentTarget.hash); if (!field) return;
      const panel = field.closest("[role=tabpanel]");
      if (panel?.hidden) document.querySelector(`[role=tab][data-w-tabs-id-param="${panel.id}"]`).click();
      const wait = () => { if (panel?.hidden) { requestAnimationFrame(wait); return; } const at = field.matches("fieldset") ? field.querySelector("input,textarea,button") : field; at.focus(); at.scrollIntoView({ block: "center" }); };
      wait();
    }
    async sendIn(event) {
      if (this.sending) return;
      event.preventDefault(); const form = event.currentTarget;
      const saved = await Promise.all(this.versions().map((version) => version.save()));
      if (saved.every(Boolean)) { this.sending = true; form.submit(); }
      else this.alertTarget.scrollIntoView({ block: "center" });
    }
  });

  app.register("c-preview", class extends Controller {
    press(event, name, on) {
      const button = event.currentTarget; [...button.parentElement.children].forEach((other) => other.setAttribute("aria-pressed", String(other === button)));
      this.element.classList.toggle(name, on);
    }
    short(event) { this.press(event, "is-short", true); }
    full(event) { this.press(event, "is-short", false); }
    light(event) { this.press(event, "is-dark", false); }
    dark(event) { this.press(event, "is-dark", true); }
  });

  app.register("c-focus", class extends Controller { connect() { this.element.focus(); } });
})();
