// When the connection is lost the page stays readable, greyed and marked with the time it holds for. It comes back by itself:
// the same circuit when the hub still has it, else the same address again.
const two = n => String(n).padStart(2, '0');

export function startAway(root) {
    let band = null, trying = false;

    function show() {
        if (band) return;
        const now = new Date();
        band = document.createElement('div');
        band.className = 'wk-away';
        band.setAttribute('role', 'status');
        const title = document.createElement('strong');
        title.textContent = root.dataset.away.replace('{0}', `${two(now.getHours())}:${two(now.getMinutes())}:${two(now.getSeconds())}`);
        band.append(title, ' ', root.dataset.awayText);
        document.body.append(band);
        root.dataset.lost = '';
        keep();
    }

    function hide() {
        band?.remove();
        band = null;
        delete root.dataset.lost;
    }

    // What was typed and not yet sent is kept in this window until the page is back.
    function keep() {
        for (const field of document.querySelectorAll('[data-draft]')) {
            if (field.value) sessionStorage.setItem(`wk.draft:${location.pathname}:${field.dataset.draft}`, field.value);
        }
    }

    function restore() {
        for (const field of document.querySelectorAll('[data-draft]')) {
            const key = `wk.draft:${location.pathname}:${field.dataset.draft}`, text = sessionStorage.getItem(key);
            if (text === null) continue;
            sessionStorage.removeItem(key);
            if (field.value) continue;
            field.value = text;
            field.dispatchEvent(new Event('change', { bubbles: true }));
        }
    }
    new MutationObserver(() => { if (sessionStorage.length) restore(); }).observe(document.body, { childList: true, subtree: true });

    async function alive() {
        try {
            return (await fetch(new URL('./mark.svg', import.meta.url), { cache: 'no-store' })).ok;
        } catch {
            return false;
        }
    }

    async function back() {
        if (trying) return;
        trying = true;
        for (let pause = 500; ; pause = Math.min(pause * 1.6, 8000)) {
            await new Promise(done => setTimeout(done, pause));
            if (!await alive()) continue;
            try {
                if (await Blazor.reconnect()) { trying = false; hide(); return; }
            } catch {
                continue;
            }
            location.reload();
            return;
        }
    }

    return {
        onConnectionDown: () => { show(); back(); },
        onConnectionUp: () => { hide(); },
    };
}
