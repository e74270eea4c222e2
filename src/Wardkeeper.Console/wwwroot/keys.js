// The keyboard map. Single keys never act while somebody types, composes or holds a modifier, and can be switched off.
const rowsOf = () => [...document.querySelectorAll('tr[data-row]')];
const typing = e => e.isComposing || e.target.closest?.('input:not([type=checkbox]),textarea,select,[contenteditable]');
let going = 0, dwell = 0;

function move(step) {
    const rows = rowsOf();
    if (rows.length === 0) return;
    const now = rows.indexOf(document.activeElement?.closest?.('tr[data-row]'));
    const at = now < 0 ? rows.findIndex(row => row.classList.contains('wk-at')) : now;
    const row = rows[Math.max(0, Math.min(rows.length - 1, at < 0 ? (step > 0 ? 0 : rows.length - 1) : at + step))];
    row.focus();
    row.scrollIntoView({ block: 'nearest' });
    clearTimeout(dwell);
    // The card follows when the hand rests, so that running down a list does not ask for each row.
    if (row.dataset.at) dwell = setTimeout(() => { if (document.activeElement === row) Blazor.navigateTo(row.dataset.at, { replaceHistoryEntry: true }); }, 180);
}

function hits(e) {
    const dialog = e.target.closest?.('#wk-search');
    if (!dialog || e.isComposing) return false;
    const all = [...dialog.querySelectorAll('[data-wk-hit]')];
    const now = all.findIndex(hit => hit.classList.contains('wk-chosen'));
    if (e.key === 'ArrowDown' || e.key === 'ArrowUp') {
        const next = all[Math.max(0, Math.min(all.length - 1, now + (e.key === 'ArrowDown' ? 1 : -1)))];
        all.forEach(hit => hit.classList.toggle('wk-chosen', hit === next));
        next?.scrollIntoView({ block: 'nearest' });
        return true;
    }
    return false;
}

export function startKeys(openDialog, single) {
    document.addEventListener('keydown', e => {
        if ((e.ctrlKey || e.metaKey) && !e.altKey && e.key.toLowerCase() === 'k') {
            e.preventDefault();
            openDialog('wk-search');
            return;
        }
        if (hits(e)) { e.preventDefault(); return; }
        if (e.ctrlKey || e.metaKey || e.altKey || typing(e)) return;
        const row = document.activeElement?.closest?.('tr[data-row]');
        const inTable = row || document.activeElement?.matches?.('.wk-table-scroll');
        if (inTable && (e.key === 'ArrowDown' || e.key === 'ArrowUp')) { e.preventDefault(); move(e.key === 'ArrowDown' ? 1 : -1); return; }
        if (e.key === 'Enter' && row && document.activeElement === row) { row.querySelector('a[data-wk-open]')?.click(); return; }
        if (e.key === 'Escape') {
            if (document.querySelector('dialog[open],[popover]:popover-open')) return;
            document.querySelector('.wk-card-close,[data-wk-cancel]')?.click();
            return;
        }
        if (!single() || document.querySelector('dialog[open]')) return;
        if (going && Date.now() - going < 1500) {
            going = 0;
            const link = document.querySelector(`[data-wk-go="${CSS.escape(e.key)}"]`);
            if (link) { e.preventDefault(); link.click(); }
            return;
        }
        const act = {
            '/': () => document.querySelector('[data-wk-filter]')?.focus(),
            'j': () => move(1),
            'k': () => move(-1),
            'x': () => row?.querySelector('input[type=checkbox]')?.click(),
            'e': () => (row ?? document).querySelector('[data-wk-edit]')?.click(),
            'w': () => (row ?? document.querySelector('main'))?.querySelector('[data-wk-why]')?.click(),
            'g': () => { going = Date.now(); },
            '?': () => openDialog('wk-keys'),
        }[e.key];
        if (act) { e.preventDefault(); act(); }
    });
}
