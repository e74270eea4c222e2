// Sends captures to the hub by plain requests, one after the other, and tells the page how far they are. A file is never held in memory.
let current, queue = [], running = false;

export function listen(input, net) {
    if (!input) return;
    input.dataset.wkReady = '';
    input.addEventListener('change', () => {
        queue.push(...input.files);
        input.value = '';
        run(net);
    });
}

export function cancel() {
    queue = [];
    current?.abort();
}

async function run(net) {
    if (running) return;
    running = true;
    try {
        while (queue.length > 0) await send(queue.shift(), net);
    } finally {
        running = false;
        await net.invokeMethodAsync('Over');
    }
}

async function send(file, net) {
    const query = new URLSearchParams({ name: file.name.slice(0, 200) });
    const because = document.getElementById('keep-because')?.value.trim(), until = document.getElementById('keep-until')?.value;
    if (because) query.set('keepBecause', because);
    if (until) query.set('keepUntil', new Date(until + 'T23:59:59').toISOString());
    await net.invokeMethodAsync('Sending', file.name, 0, queue.length);
    const session = await fetch('/api/v1/session').then(answer => answer.json()).catch(() => ({}));
    const [code, detail] = await new Promise(done => {
        const request = current = new XMLHttpRequest();
        let told = 0;
        request.open('POST', '/api/v1/captures?' + query);
        request.setRequestHeader('Content-Type', 'application/octet-stream');
        if (session.csrfToken) request.setRequestHeader('X-CSRF-Token', session.csrfToken);
        request.upload.onprogress = e => {
            if (performance.now() - told < 300) return;
            told = performance.now();
            net.invokeMethodAsync('Sending', file.name, e.total > 0 ? e.loaded / e.total : 0, queue.length);
        };
        request.onload = () => {
            if (request.status === 201) { done(['', '']); return; }
            let problem = {};
            try { problem = JSON.parse(request.responseText); } catch { /* A proxy's page. */ }
            done([problem.code ?? 'failed', problem.detail ?? String(request.status)]);
        };
        request.onerror = () => done(['connection-lost', '']);
        request.onabort = () => done(['aborted', '']);
        request.send(file);
    });
    current = undefined;
    await net.invokeMethodAsync('Sent', file.name, code, detail);
}
