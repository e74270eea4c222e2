// A box that tells the hub what was typed: after a pause or at once with Enter, never while an input method is composing.
const Recent = 'wk.recent', Kept = 5, Pause = 200;

export function listen(box, net, sent) {
    // The page may have moved on while this module was on its way.
    if (!box) return;
    let timer = 0, composing = false;
    const send = () => {
        clearTimeout(timer);
        const text = box.value.trim();
        if (text === sent) return Promise.resolve();
        sent = text;
        return net.invokeMethodAsync('Typed', text);
    };
    box.wkSent = text => { sent = text; };
    // What was typed before the hub listened counts; only an untouched box takes the address's text.
    if (box.value === '') box.value = sent;
    else timer = setTimeout(send, Pause);
    box.addEventListener('compositionstart', () => { composing = true; clearTimeout(timer); });
    box.addEventListener('compositionend', () => { composing = false; timer = setTimeout(send, Pause); });
    box.addEventListener('input', e => {
        if (composing || e.isComposing) return;
        clearTimeout(timer);
        timer = setTimeout(send, Pause);
    });
    box.addEventListener('keydown', async e => {
        if (e.key !== 'Enter' || e.isComposing || composing) return;
        e.preventDefault();
        await send();
        const dialog = box.closest('dialog');
        if (!dialog) return;
        const hit = dialog.querySelector('.wk-chosen') ?? dialog.querySelector('[data-wk-hit]');
        hit?.click();
    });
    const dialog = box.closest('dialog');
    if (dialog) startRecent(dialog);
}

export function show(box, text) {
    if (!box) return;
    if (document.activeElement !== box) box.value = text;
    box.wkSent?.(text);
}

function startRecent(dialog) {
    const read = () => { try { return JSON.parse(localStorage.getItem(Recent) ?? '[]').slice(0, Kept); } catch { return []; } };
    dialog.addEventListener('click', e => {
        const hit = e.target.closest?.('[data-wk-hit]');
        if (!hit) return;
        const entry = { href: hit.getAttribute('href'), title: hit.querySelector('.wk-hit-title')?.textContent ?? hit.textContent };
        localStorage.setItem(Recent, JSON.stringify([entry, ...read().filter(old => old.href !== entry.href)].slice(0, Kept)));
    });
    new MutationObserver(fill).observe(dialog, { attributes: true, attributeFilter: ['open'], childList: true, subtree: true });
    fill();

    function fill() {
        const place = dialog.querySelector('[data-wk-recent]');
        if (!place || place.childElementCount > 0) return;
        const entries = read().filter(entry => typeof entry.href === 'string' && /^\/(?![\/\\])/.test(entry.href));
        if (entries.length === 0) return;
        const head = document.createElement('h3');
        head.textContent = place.dataset.title;
        place.append(head, ...entries.map(entry => {
            const link = document.createElement('a');
            link.className = 'wk-hit';
            link.href = entry.href;
            link.dataset.wkHit = '';
            const title = document.createElement('span');
            title.className = 'wk-hit-title';
            title.textContent = entry.title;
            link.append(title);
            return link;
        }));
    }
}
