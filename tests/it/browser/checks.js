// What must hold of a page that stands in the browser (design language, section 11; the numbers are its checks). Each answers the faults it found.
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const seen = element => element.checkVisibility() && !element.closest('dialog:not([open])');
const short = element => element.outerHTML.replace(/\s+/g, ' ').slice(0, 110);
const each = (number, words, elements) => elements.slice(0, 3).map(element => `${number} ${words}: ${short(element)}`);
const when = (number, words, wrong) => wrong ? [`${number} ${words}`] : [];
const controls = 'a[href],button,input:not([type=hidden]),select,textarea,summary';

const checks = {
  // The document as it is, in whatever window. `secrets` may stand in no title and no address.
  document(secrets) {
    const levels = all('main h1,main h2,main h3,main h4').map(h => +h.tagName[1]);
    const ids = all('[id]').map(e => e.id);
    const told = secrets.filter(secret => `${document.title} ${location.href}`.toLowerCase().includes(secret));
    const banner = document.querySelector('.pt .l1');
    const loaded = performance.getEntriesByType('resource').map(entry => entry.name);
    const typed = 'input[type=text],input[type=search],input[type=password],input:not([type]),textarea';
    return [
      ...each(2, 'inline', all('[style],style,script:not([src])')),
      ...each(2, 'a handler', all('*').filter(e => e.getAttributeNames().some(name => name.startsWith('on')))),
      ...when(4, `from elsewhere: ${loaded}`, loaded.some(address => !address.startsWith(`${location.origin}/`))),
      ...when(7, 'the first stop is not the skip link', !document.querySelector(controls)?.classList.contains('skip')),
      ...each(11, 'positive tabindex', all('[tabindex]').filter(e => e.tabIndex > 0)),
      ...each(16, 'no address', all('a:not([href]),form:not([action])')),
      ...when(17, `${levels.filter(n => n === 1).length} h1`, levels.filter(n => n === 1).length !== 1),
      ...when(17, `levels ${levels}`, levels.some((n, i) => i && n - levels[i - 1] > 1)),
      ...when(17, 'landmarks', ['body>main', 'body>header', 'body>footer'].some(one => all(one).length !== 1)),
      ...when(17, `an id twice: ${ids.filter((id, i) => ids.indexOf(id) !== i)}`, new Set(ids).size !== ids.length),
      ...when(18, `title ${document.title}`, !/^(Error: )?\S.* – Custodian$/.test(document.title)),
      ...when(18, `title or address says ${told}`, told.length > 0),
      ...when(19, 'the order of the banner', banner && all('dt', banner).map(e => e.textContent).join() !== 'Patient,Born,Sex,MRN'),
      ...each(20, 'a table without caption', all('table:not([role=presentation])').filter(table => !table.caption?.textContent)),
      ...each(20, 'a head without scope', all('table:not([role=presentation]) th').filter(th => !th.scope)),
      ...each(21, 'a field without a name', all('input:not([type=hidden]),select,textarea').filter(e => !e.labels?.length && !e.ariaLabel)),
      ...each(21, 'kept or spell-checked', all(typed).filter(e => e.spellcheck || !/^(off|username|current-password|new-password)$/.test(e.autocomplete))),
      ...when(30, `${all('*').length} elements`, all('*').length > 1500),
      ...when('SSN', 'a whole social security number', /\b\d{3}-\d{2}-\d{4}\b/.test(document.body.textContent)),
    ];
  },
  // Nothing is kept where a script could read it.
  kept: () => when(29, 'kept in the browser', localStorage.length || sessionStorage.length || document.cookie),
  requests() {
    // The pages of a document that is shown whole are what the page is for, however many.
    const names = performance.getEntriesByType('resource').map(entry => entry.name).filter(name => !/\/pages\/\d+\.png/.test(name));
    return when(26, `${names.length + 1} requests: ${names.join(' ')}`, names.length + 1 > 9);
  },
  sideways() {
    const edge = document.documentElement.clientWidth;
    const over = e => e.checkVisibility() && e.getBoundingClientRect().right > edge + 2 && !e.closest('.tw,.scroll,.vh,.skip');
    if (document.documentElement.scrollWidth - edge <= 1) return [];
    return [`13/14 scrolls sideways at ${innerWidth} px`, ...each('13/14', 'too wide', all('body *').filter(over))];
  },
  // WCAG 2.1.1: what scrolls holds something that takes the focus, or takes it itself.
  scrollers: () => each(8, 'scrolls, and no key reaches it', all('.tw,.scroll').filter(e => seen(e)
    && e.scrollWidth > e.clientWidth + 1 && e.tabIndex < 0 && !e.querySelector(controls))),
  targets: () => each(12, 'smaller than 24 px', all(controls).filter(e => {
    if (!seen(e) || e.matches('.skip')) return false;
    const { width, height } = (e.matches('[type=checkbox],[type=radio]') ? e.closest('label') ?? e : e).getBoundingClientRect();
    if (!width || (width >= 23.5 && height >= 23.5)) return false;
    // A link within a line of text may be as high as the line.
    return !(e.tagName === 'A' && getComputedStyle(e).display === 'inline');
  })),
  // WCAG 1.4.12, by a style sheet that the policy lets no page bring.
  spacing() {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync('*{line-height:1.5!important;letter-spacing:.12em!important;word-spacing:.16em!important} p{margin-bottom:2em!important}');
    document.adoptedStyleSheets.push(sheet);
    const cut = e => seen(e) && !e.closest('.vh') && getComputedStyle(e).overflow !== 'visible' && e.scrollWidth > e.clientWidth + 2;
    const found = each(15, 'cut off', all('.btn,.tag,label,th,dd,.tabs a,.nav a').filter(cut));
    document.adoptedStyleSheets.pop();
    return found;
  },
  printed() {
    const paper = document.querySelector('main .print-only');
    return [
      ...each(27, 'on paper', all('.top,.btn,.skip,form[role=search]').filter(seen)),
      ...each(27, 'not on paper', all('.pt,main .print-only').filter(e => !seen(e))),
      ...when(27, 'nothing says who printed it', !paper && document.querySelector('.who')),
    ];
  },
  forced: () => each(28, 'without a border in forced colours', all('.tag:not(.plain),.btn:not(.quiet)').filter(e => {
    const style = getComputedStyle(e);
    return seen(e) && (parseFloat(style.borderTopWidth) < 1 || style.borderTopStyle === 'none');
  })),
  // The element that has the focus: nothing at the end of the page, else its name and its faults.
  stop() {
    const at = document.activeElement;
    if (!at || at === document.body) return null;
    const style = getComputedStyle(at);
    const box = at.getBoundingClientRect();
    const top = document.elementFromPoint(box.left + Math.min(box.width / 2, 60), box.top + Math.min(box.height / 2, 12));
    const clear = top && (at.contains(top) || top.contains(at) || top.closest('label')?.control === at);
    at.dataset.stop ??= window.stops = (window.stops ?? 0) + 1;
    return {
      number: +at.dataset.stop,
      faults: [
        ...when(9, `no ring: ${short(at)}`, style.outlineStyle === 'none' || parseFloat(style.outlineWidth) < 2),
        ...when(10, `covered: ${short(at)}`, !clear),
      ],
    };
  },
  // After the walk: whatever the Tab key never came to. Of a group of radio buttons it comes to the chosen one.
  missed: () => each(8, 'not reached', all(`${controls},[tabindex="0"]`).filter(e => seen(e) && e.tabIndex >= 0 && !e.dataset.stop
    && !(e.type === 'radio' && !e.checked))),
};
return checks[arguments[0]](arguments[1]);
