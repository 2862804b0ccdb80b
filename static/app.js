// Custodian in the browser. Everything here is an enhancement: each control is a link, a form or a native widget first.
// Nothing is kept in browser storage, nothing is evaluated, nothing is sent to another origin.
(() => {
  'use strict';
  const $ = (selector, within = document) => within.querySelector(selector);
  const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];
  const root = document.documentElement;

  // Trusted Types: only htmx may turn an answer into elements, and scripts inside an answer are refused.
  if (window.htmx && window.trustedTypes) {
    const policy = trustedTypes.createPolicy('htmx', {
      createHTML: text => text,
      createScript: () => { throw new Error('scripts in fragments are refused'); },
    });
    htmx.registerExtension('tt', { init: api => api.initSecurity(policy) });
  }

  // --- saying things: one polite live region, one toast that repeats what the page shows already
  const say = words => {
    const live = $('#live');
    if (!live) return;
    live.textContent = '';
    setTimeout(() => { live.textContent = words; }, 30);
  };
  let toastTimer = 0;
  const toast = words => {
    const box = $('#toast');
    if (!box) return;
    box.textContent = words;
    say(words);
    clearTimeout(toastTimer);
    toastTimer = setTimeout(() => { box.textContent = ''; }, 4000);
  };
  document.addEventListener('htmx:error', () => toast('Not sent. What you typed is still here.'));

  let leavingOnPurpose = false;

  // --- post in the background, for the few things that must not leave the page. An ended session answers with a
  // redirect to the sign-in page, so only a plain success counts.
  const post = form => fetch(form.action, {
    method: 'POST', body: new URLSearchParams(new FormData(form)), credentials: 'same-origin', redirect: 'manual',
    headers: { 'X-In-Background': 'yes' },
  }).then(answer => { if (!answer.ok) throw new Error('refused'); });

  // --- print: a form marked data-print-first is written to the ledger before the paper comes out
  document.addEventListener('submit', event => {
    const form = event.target.closest('[data-print-first]');
    if (!form) return;
    event.preventDefault();
    post(form).then(() => window.print()).catch(() => toast('Not printed: the print could not be recorded.'));
  });

  // --- forms: sent once, and not left by accident
  const changed = new Set();
  document.addEventListener('input', event => {
    const form = event.target.form;
    if (form?.hasAttribute('data-guard')) changed.add(form);
  });
  document.addEventListener('submit', event => {
    const form = event.target;
    if (event.defaultPrevented || form.method === 'dialog') return;
    if (form.dataset.sent) { event.preventDefault(); say('Already sent, one moment.'); return; }
    if (form.method === 'post' && !form.hasAttribute('data-stays')) {
      form.dataset.sent = 'yes';
      event.submitter?.setAttribute('aria-disabled', 'true');
    }
    leavingOnPurpose = true;
  });
  window.addEventListener('beforeunload', event => {
    if (!leavingOnPurpose && [...changed].some(form => form.isConnected)) event.preventDefault();
  });
  window.addEventListener('pageshow', () => {
    leavingOnPurpose = false;
    $$('form[data-sent]').forEach(form => { delete form.dataset.sent; });
    $$('[aria-disabled=true][type=submit], button[aria-disabled=true]').forEach(b => b.removeAttribute('aria-disabled'));
  });

  // --- passwords: shown while somebody wants to see what they type; hidden again when the form is sent
  $$('input[type=password]').forEach(field => {
    const label = $(`label[for="${field.id}"]`)?.textContent || 'password';
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'btn sm';
    const draw = shown => {
      field.type = shown ? 'text' : 'password';
      button.textContent = shown ? 'Hide' : 'Show';
      button.setAttribute('aria-label', `${button.textContent} ${label.toLowerCase()}`);
    };
    const beside = document.createElement('span');
    beside.className = 'with-show';
    field.replaceWith(beside);
    beside.append(field, button);
    button.addEventListener('click', () => { draw(field.type === 'password'); field.focus(); });
    field.form?.addEventListener('submit', () => draw(false));
    draw(false);
  });

  // --- dialogs and plain buttons
  document.addEventListener('click', event => {
    const opener = event.target.closest('[data-open-keys]');
    if (opener && $('#keys')) { event.preventDefault(); $('#keys').showModal(); }
    if (event.target.closest('[data-close]')) event.target.closest('dialog')?.close();
    if (event.target.closest('[data-print]')) window.print();
  });

  // --- wide tables: one that scrolls sideways, and holds nothing that takes the focus, can be reached and scrolled by keyboard
  const reach = box => {
    const stuck = box.scrollWidth > box.clientWidth + 1 && !$('a[href],button,input', box);
    if (stuck) box.tabIndex = 0; else box.removeAttribute('tabindex');
    if (stuck) box.setAttribute('role', 'group'); else box.removeAttribute('role');
    if (stuck) box.setAttribute('aria-label', $('caption', box)?.textContent || 'Table'); else box.removeAttribute('aria-label');
  };
  const widths = new ResizeObserver(entries => new Set(entries.map(entry => entry.target.closest('.tw'))).forEach(reach));
  $$('.tw:not([tabindex])').forEach(box => { widths.observe(box); widths.observe(box.firstElementChild); });

  // --- keyboard map. Single letters obey the person's own setting (WCAG 2.1.4) and never work while typing.
  const typing = el => el && (el.isContentEditable
    || (/^(INPUT|TEXTAREA|SELECT)$/.test(el.tagName) && !/^(checkbox|radio|button|submit)$/.test(el.type)));
  const rows = () => $$('table[data-nav] tbody tr, ul[data-nav] > li').filter(row => $('a.main', row));
  const step = by => {
    const all = rows();
    if (!all.length) return;
    const here = all.findIndex(row => row.contains(document.activeElement));
    $('a.main', all[Math.max(0, Math.min(all.length - 1, here + by))]).focus();
  };
  let waitingForArea = 0;
  const letters = {
    g: () => { waitingForArea = Date.now(); },
    '/': () => $('#find')?.focus(),
    '?': () => $('#keys')?.showModal(),
    j: () => step(1),
    k: () => step(-1),
    x: () => $('input[type=checkbox]', document.activeElement?.closest('tr') || document.createElement('i'))?.click(),
  };
  const documentInTheList = () => $('[data-f4] [aria-current]') || $('[data-f4] a');
  document.addEventListener('keydown', event => {
    if (event.defaultPrevented) return;
    if (event.key === 'F4' && documentInTheList()) { documentInTheList().focus(); event.preventDefault(); return; }
    if (event.ctrlKey || event.metaKey || event.altKey || typing(document.activeElement)) return;
    if (root.dataset.shortcuts === 'off' || $('dialog[open]')) return;
    if (waitingForArea && Date.now() - waitingForArea < 1200) {
      waitingForArea = 0;
      const link = $$('[data-go]').find(a => a.dataset.go === event.key);
      if (link) { event.preventDefault(); link.click(); }
      return;
    }
    if (viewer(event.key)) { event.preventDefault(); return; }
    if (letters[event.key]) { letters[event.key](); event.preventDefault(); }
  });

  // --- document viewer: page with n and p, zoom with + - 0, turn with r. Zoom and turn are classes, never style.
  const page = $('[data-viewer]');
  const zooms = ['z50', 'z75', 'z100', 'z125', 'z150', 'z200', 'z300'];
  const setZoom = name => {
    page.classList.remove('fit', ...zooms);
    page.classList.add(name);
    const words = name === 'fit' ? 'Fit' : `${name.slice(1)}%`;
    $$('[data-zoom-now]').forEach(el => { el.textContent = words; });
    say(`Zoom ${words}`);
  };
  const zoomBy = by => {
    const at = zooms.findIndex(name => page.classList.contains(name));
    setZoom(zooms[Math.max(0, Math.min(zooms.length - 1, (at < 0 ? 2 : at) + by))]);
  };
  const turn = () => {
    const now = (+page.dataset.turn || 0) + 90;
    page.dataset.turn = now % 360;
    say(`Turned to ${now % 360} degrees`);
  };
  const follow = rel => { const link = $(`a[data-page="${rel}"]`); link?.click(); return Boolean(link); };
  const viewerDoes = {
    'zoom-in': () => zoomBy(1), 'zoom-out': () => zoomBy(-1), fit: () => setZoom('fit'), turn,
  };
  function viewer(key) {
    if (key === 'n') return follow('next');
    if (key === 'p') return follow('previous');
    if (!page) return false;
    if (key === 'PageDown') return follow('next');
    if (key === 'PageUp') return follow('previous');
    const does = { '+': 'zoom-in', '=': 'zoom-in', '-': 'zoom-out', '0': 'fit', r: 'turn' }[key];
    if (does) viewerDoes[does]();
    return Boolean(does);
  }
  document.addEventListener('click', event => {
    const button = event.target.closest('[data-does]');
    if (!button || !page) return;
    event.preventDefault();
    viewerDoes[button.dataset.does]?.();
  });

  // --- idle lock: warn two minutes before the server ends the session; tabs tell each other that someone is there
  const idle = $('#idle');
  const idleMinutes = +document.body.dataset.idle || 0;
  if (idle && idleMinutes > 2) {
    const tabs = 'BroadcastChannel' in window ? new BroadcastChannel('presence') : null;
    let since = Date.now();
    const present = () => { since = Date.now(); if (idle.open) idle.close(); };
    tabs?.addEventListener('message', present);
    tabs?.postMessage('present');
    document.addEventListener('htmx:after:request', () => { present(); tabs?.postMessage('present'); });
    $('[data-stay]', idle)?.addEventListener('submit', event => {
      event.preventDefault();
      post(event.target).then(() => {
        present();
        tabs?.postMessage('present');
        say('You are still signed in.');
      }).catch(() => { leavingOnPurpose = true; location.reload(); });
    });
    const watch = setInterval(() => {
      const minutes = (Date.now() - since) / 60000;
      if (minutes >= idleMinutes) {
        clearInterval(watch); // a second request would find the session ended and not say why
        leavingOnPurpose = true;
        document.body.hidden = true;
        location.assign('/sign-in?locked=yes');
      } else if (minutes >= idleMinutes - 2 && !idle.open) { $$('dialog[open]').forEach(d => d.close()); idle.showModal(); }
    }, 5000);
  }
})();
