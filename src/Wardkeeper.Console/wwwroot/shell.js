// What the browser does by itself: theme, keys, popovers, dialogs, and what to do when the connection is lost.
import { startKeys } from './keys.js';
import { startAway } from './away.js';

const root = document.documentElement;

function remember(name, value) {
    document.cookie = `wk.${name}=${encodeURIComponent(value)}; path=/; max-age=31536000; samesite=lax` + (location.protocol === 'https:' ? '; secure' : '');
}

function pressed() {
    for (const button of document.querySelectorAll('[data-wk-set]')) {
        const name = button.dataset.wkSet;
        if (name !== 'zone') button.setAttribute('aria-pressed', String(root.dataset[name] === button.dataset.wkValue));
    }
}

function set(name, value) {
    remember(name, value);
    if (name === 'zone') { location.reload(); return; }
    root.dataset[name] = value;
    pressed();
    if (name === 'theme') root.dispatchEvent(new CustomEvent('wk-theme'));
}

// A popover opens under its button and never outside the window.
document.addEventListener('toggle', e => {
    const popover = e.target;
    if (!(popover instanceof HTMLElement) || !popover.hasAttribute('popover') || e.newState !== 'open') return;
    pressed();
    place(popover);
    new ResizeObserver((_, observer) => { if (popover.matches(':popover-open')) place(popover); else observer.disconnect(); }).observe(popover);
}, true);

function place(popover) {
    const button = document.querySelector(`[popovertarget="${CSS.escape(popover.id)}"]`);
    if (!button) return;
    const at = button.getBoundingClientRect(), box = popover.getBoundingClientRect(), gap = 4, edge = 8;
    const left = Math.max(edge, Math.min(at.left, innerWidth - box.width - edge));
    let top = at.bottom + gap;
    if (top + box.height > innerHeight - edge) top = Math.max(edge, at.top - gap - box.height);
    popover.style.left = `${left}px`;
    popover.style.top = `${top}px`;
}

document.addEventListener('click', e => {
    const on = what => e.target instanceof Element ? e.target.closest(what) : null;
    let found;
    if ((found = on('[data-wk-skip]'))) {
        e.preventDefault();
        document.getElementById('main')?.focus();
    } else if ((found = on('[data-wk-set]'))) {
        set(found.dataset.wkSet, found.dataset.wkValue);
    } else if (on('[data-wk-fold]')) {
        set('rail', root.dataset.rail === 'folded' ? 'open' : 'folded');
    } else if ((found = on('a[data-wk-reload]'))) {
        if (found.dataset.wkReload !== 'no') { e.preventDefault(); location.assign(found.href); }
    } else if ((found = on('[data-wk-dialog]'))) {
        openDialog(found.dataset.wkDialog);
    } else if ((found = on('[data-wk-dismiss]'))) {
        found.closest('dialog')?.close();
    } else if (on('[data-wk-print]')) {
        print();
    } else if ((found = on('[data-wk-copy]'))) {
        navigator.clipboard?.writeText(found.dataset.wkCopy).then(() => { found.dataset.copied = ''; setTimeout(() => delete found.dataset.copied, 1500); }, () => { });
    } else if (e.target instanceof HTMLDialogElement) {
        e.target.close();
    } else if ((found = on('[data-wk-hit]'))) {
        found.closest('dialog')?.close();
    } else {
        const row = on('tr[data-at]');
        if (row && !on('a,button,input,label,[popover]') && !String(getSelection())) Blazor.navigateTo(row.dataset.at, { replaceHistoryEntry: true });
    }
    if ((found = on('[data-wk-close]'))) found.closest('[popover]')?.hidePopover();
}, true);

export function openDialog(id) {
    const dialog = document.getElementById(id);
    if (dialog instanceof HTMLDialogElement && !dialog.open) {
        dialog.showModal();
        dialog.querySelector('input')?.select();
    }
}

// In a capture every address on the page leads to the same capture, also when it is copied or opened in another window. The top bar tells of the live network and leaves it.
const Worlds = /^\/(devices|traffic|findings|map|api\/v1\/devices\/export)([/?#]|$)/;
const capture = () => Worlds.test(location.pathname) ? new URLSearchParams(location.search).get('capture') : null;

function stay(link) {
    const href = link.getAttribute('href'), inside = capture();
    if (!inside || !href || !Worlds.test(href) || link.closest('.wk-top') || link.hasAttribute('data-wk-live')) return;
    const address = new URL(href, location.origin);
    if (address.searchParams.has('capture')) return;
    link.setAttribute('href', href + (address.search ? '&' : '?') + 'capture=' + encodeURIComponent(inside));
}

new MutationObserver(changes => {
    if (!capture()) return;
    for (const change of changes) {
        if (change.type === 'attributes') { if (change.target instanceof HTMLAnchorElement) stay(change.target); continue; }
        for (const node of change.addedNodes) {
            if (!(node instanceof Element)) continue;
            if (node instanceof HTMLAnchorElement) stay(node);
            for (const link of node.querySelectorAll('a[href]')) stay(link);
        }
    }
}).observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ['href'] });
for (const link of document.querySelectorAll('a[href]')) stay(link);

document.addEventListener('click', e => {
    const link = capture() && e.target instanceof Element ? e.target.closest('.wk-top a[href]') : null;
    if (!link || e.ctrlKey || e.metaKey || e.shiftKey) return;
    e.preventDefault();
    e.stopPropagation();
    location.assign(link.href);
}, true);

startKeys(openDialog, () => root.dataset.keys !== 'off');
const away = startAway(root);
Blazor.start({ circuit: { reconnectionHandler: away } }).then(() => {
    // Pages without a circuit are ready at once; the others say so when their shell stands.
    const ready = () => document.querySelector('.wk-shell') && (root.dataset.live = '', pressed(), true);
    // A page that goes on to another address before its router listens is fetched and merged, which takes the mark away again.
    Blazor.addEventListener('enhancedload', ready);
    if (!ready()) new MutationObserver((_, observer) => { if (ready()) observer.disconnect(); }).observe(document.body, { childList: true, subtree: true });
});
