"use strict";
(() => {
  const element = (id) => document.getElementById(id);
  const sealed = JSON.parse(element("sealed").textContent);
  const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const hex = (buffer) => Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");
  const utf8 = new TextEncoder();
  const place = "custodian-downtime-" + sealed.copy;
  let patients = [];
  let logKey = null;
  let who = "";
  let log = [];
  let turn = Promise.resolve();

  const unlock = async (passphrase) => {
    const given = await crypto.subtle.importKey("raw", utf8.encode(passphrase), "PBKDF2", false, ["deriveKey"]);
    const key = await crypto.subtle.deriveKey(
      { name: "PBKDF2", hash: "SHA-256", salt: bytes(sealed.salt), iterations: sealed.rounds },
      given, { name: "AES-GCM", length: 256 }, false, ["decrypt"]);
    const packed = await crypto.subtle.decrypt(
      { name: "AES-GCM", iv: bytes(sealed.nonce), additionalData: utf8.encode(sealed.copy) }, key, bytes(sealed.content));
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
    const content = JSON.parse(await new Response(stream).text());
    logKey = await crypto.subtle.importKey("raw", bytes(content.log_key), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
    patients = content.patients;
  };

  // One entry after the other, each authenticated together with the one before, and kept before anything is shown.
  const record = (what, patient, reason) => {
    turn = turn.then(async () => {
      const line = (text) => text.replace(/[\u0000-\u001f]+/g, " ").trim();
      const entry = {
        number: log.length + 1, at: new Date().toISOString(), who: line(who), what, patient, reason: line(reason),
        previous: log.length ? log[log.length - 1].mac : "",
      };
      const said = [sealed.copy, entry.number, entry.at, entry.who, entry.what, entry.patient, entry.reason, entry.previous];
      entry.mac = hex(await crypto.subtle.sign("HMAC", logKey, utf8.encode(said.join("\n"))));
      log.push(entry);
      try { localStorage.setItem(place, JSON.stringify(log)); } catch { /* kept in this window then */ }
      element("count").textContent = log.length + " on the log; export it before you close this window";
    });
    return turn;
  };

  const add = (parent, tag, text) => {
    const made = document.createElement(tag);
    if (text !== undefined) made.textContent = text;
    parent.append(made);
    return made;
  };

  const open = async (patient) => {
    let reason = "";
    if (patient.restricted) {
      reason = (prompt("This record is restricted. Why do you open it?") || "").trim();
      if (reason.length < 3) return;
    }
    await record("opened", patient.id, reason);
    const chart = element("chart");
    chart.replaceChildren();
    add(chart, "h2", patient.name);
    const facts = ["MRN " + patient.mrn, patient.born ? "born " + patient.born : "birth date not known", patient.sex];
    if (patient.place) facts.push("here: " + patient.place);
    add(chart, "p", facts.join(" · "));
    for (const [title, items] of [["Allergies", patient.allergies], ["Medications", patient.medications], ["Problems", patient.problems]]) {
      add(chart, "h3", title);
      if (!items.length) { add(chart, "p", "None on file in this copy"); continue; }
      const list = add(chart, "ul");
      for (const item of items) add(list, "li", item);
    }
    add(chart, "h3", "Recent documents");
    if (!patient.documents.length) add(chart, "p", "None on file in this copy");
    for (const document of patient.documents) {
      add(chart, "h4", [document.title, document.date, document.author].filter(Boolean).join(" · "));
      add(chart, "pre", document.text);
    }
    chart.focus();
  };

  const list = () => {
    const words = element("search").value.toLowerCase().split(/\s+/).filter(Boolean);
    const shown = patients.filter((patient) => {
      const text = (patient.name + " " + patient.mrn + " " + (patient.born || "")).toLowerCase();
      return words.every((word) => text.includes(word));
    });
    const into = element("list");
    into.replaceChildren();
    for (const patient of shown.slice(0, 200)) {
      const button = add(add(into, "li"), "button", patient.name + ", " + (patient.born || "birth date not known") + ", MRN " + patient.mrn);
      button.type = "button";
      button.addEventListener("click", () => open(patient));
    }
    if (shown.length > 200) add(into, "li", (shown.length - 200) + " more; type more of the name");
    if (!shown.length) add(into, "li", "Nobody in this copy");
  };

  element("unlock").addEventListener("submit", async (event) => {
    event.preventDefault();
    who = element("who").value.trim();
    if (who.length < 3) return;
    element("trouble").textContent = "Opening …";
    try {
      await unlock(element("passphrase").value);
    } catch {
      element("trouble").textContent = "This passphrase does not open the copy.";
      return;
    }
    element("passphrase").value = "";
    try { log = JSON.parse(localStorage.getItem(place)) || []; } catch { log = []; }
    await record("unlocked", "", "");
    element("unlock").hidden = true;
    element("inside").hidden = false;
    list();
    element("search").focus();
  });

  element("search").addEventListener("input", list);

  element("export").addEventListener("click", () => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([JSON.stringify({ copy: sealed.copy, entries: log }, null, 1)], { type: "application/json" }));
    link.download = "downtime-log-" + sealed.copy + ".json";
    link.click();
  });
})();
