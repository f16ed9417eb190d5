/* What the composer's parts share: texts kept in this browser until the server has them, and talking to the server. */
(() => {
  const PREFIX = "samspill:innlegg:";

  /* One entry for each post and person, so that two people at one machine do not meet each other's texts. */
  class Keeper {
    constructor(user, version) { this.key = `${PREFIX}${user}:${version}`; }
    put(entry) { try { localStorage.setItem(this.key, JSON.stringify(entry)); } catch { /* full or forbidden: the page still holds it */ } }
    get() { try { return JSON.parse(localStorage.getItem(this.key)); } catch { return null; } }
    drop() { try { localStorage.removeItem(this.key); } catch { /* forbidden */ } }
  }

  /* Ours is what answers JSON. Everything else (a sign-in page, a refused token) means: not saved, keep the text. */
  async function ask(url, options = {}) {
    let response;
    try {
      response = await fetch(url, {
        ...options, credentials: "same-origin", redirect: "manual",
        headers: { Accept: "application/json", "X-Requested-With": "XMLHttpRequest", ...options.headers },
      });
    } catch (error) {
      if (error.name === "AbortError") throw error;
      return { kind: "offline" };
    }
    const type = response.headers.get("Content-Type") || "";
    if (type.startsWith("application/json")) return { kind: response.ok ? "ok" : "refused", status: response.status, data: await response.json() };
    if (response.status >= 500) return { kind: "server", status: response.status };
    return { kind: "lost", status: response.status };
  }

  const words = () => document.querySelector("[data-c-composer-target=words]").dataset;
  const say = (key, value = "") => (words()[key] || "").replace("%s", value);

  function newToken(token) {
    document.querySelectorAll("input[name=csrfmiddlewaretoken]").forEach((input) => { input.value = token; });
  }

  window.samspillCompose = { Keeper, ask, say, words, newToken };
})();
