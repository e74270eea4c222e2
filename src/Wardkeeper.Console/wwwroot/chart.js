// Charts from data only, never from code. Colours are the page's own, so light and dark need nothing from the hub.
import * as echarts from './vendor/echarts-6.1.0.esm.min.js';

const live = new Map();
const token = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const numbers = new Intl.NumberFormat('en');

function bytes(value) {
    let unit = 0;
    while (value >= 999.5 && unit < 5) { value /= 1000; unit++; }
    return `${value >= 99.95 || unit === 0 ? Math.round(value) : Math.round(value * 10) / 10} ${['B', 'kB', 'MB', 'GB', 'TB', 'PB'][unit]}`;
}

function drawAreas(entry) {
    const { times, series } = entry.data;
    const text = token('--wk-text'), muted = token('--wk-muted'), line = token('--wk-line'), font = getComputedStyle(document.body).fontFamily;
    entry.chart.setOption({
        animation: false,
        textStyle: { fontFamily: font },
        grid: { left: 4, right: 12, top: 26, bottom: 4, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
        legend: { right: 0, top: 0, itemWidth: 12, itemHeight: 8, selectedMode: false, textStyle: { color: text, fontSize: 12 } },
        tooltip: { trigger: 'axis', confine: true, enterable: true, hideDelay: 300, backgroundColor: token('--wk-raised'), borderColor: line, textStyle: { color: text, fontSize: 12 }, valueFormatter: bytes },
        xAxis: { type: 'category', boundaryGap: false, data: times, axisTick: { show: false }, axisLine: { lineStyle: { color: line } }, axisLabel: { color: muted, fontSize: 11, hideOverlap: true } },
        yAxis: { type: 'value', min: 0, splitNumber: 3, axisLabel: { color: muted, fontSize: 11, formatter: bytes }, splitLine: { lineStyle: { color: line } } },
        series: series.map((one, i) => {
            const color = token(one.muted ? '--wk-line-strong' : `--wk-series-${i + 1}`);
            return { name: one.name, type: 'line', stack: 'all', symbol: 'none', data: one.values, lineStyle: { width: 1, color }, itemStyle: { color }, areaStyle: { color, opacity: 0.75 } };
        }),
    }, { notMerge: true });
}

function draw(entry) {
    if (entry.data.series) { drawAreas(entry); return; }
    const { names, values, muted } = entry.data;
    const text = token('--wk-text'), line = token('--wk-line'), font = getComputedStyle(document.body).fontFamily;
    entry.chart.setOption({
        animation: false,
        textStyle: { fontFamily: font },
        grid: { left: 4, right: 40, top: 4, bottom: 4, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
        xAxis: { type: 'value', min: 0, minInterval: 1, axisLabel: { show: false }, splitLine: { show: false } },
        yAxis: { type: 'category', inverse: true, data: names, axisTick: { show: false }, axisLine: { lineStyle: { color: line } }, axisLabel: { color: text, fontSize: 12, interval: 0 } },
        series: [{
            type: 'bar', barMaxWidth: 14, barCategoryGap: '32%', cursor: 'pointer',
            data: values.map((value, i) => ({ value, itemStyle: { color: token(muted[i] ? '--wk-line-strong' : '--wk-series-1') } })),
            label: { show: true, position: 'right', color: text, fontSize: 12, formatter: p => numbers.format(p.value) },
        }],
    }, { notMerge: true });
}

export function bars(el, json, net) {
    show(el, json, chart => chart.on('click', p => net.invokeMethodAsync('Open', p.dataIndex)));
}

export function areas(el, json, net) {
    show(el, json, chart => chart.getZr().on('click', p => {
        const at = [p.offsetX, p.offsetY];
        if (chart.containPixel('grid', at)) net.invokeMethodAsync('Open', Math.round(chart.convertFromPixel({ gridIndex: 0 }, at)[0]));
    }));
}

function show(el, json, listen) {
    // The page may have moved on while this module was on its way.
    if (!el) return;
    let entry = live.get(el);
    if (!entry) {
        const chart = echarts.init(el, null, { renderer: 'svg' });
        entry = {
            chart, data: null, size: new ResizeObserver(() => chart.resize()), theme: () => draw(entry),
            // What hovering shows can be sent away without moving the pointer (WCAG 2.2, 1.4.13).
            escape: event => { if (event.key === 'Escape') chart.dispatchAction({ type: 'hideTip' }); },
        };
        document.addEventListener('keydown', entry.escape);
        entry.size.observe(el);
        listen(chart);
        document.documentElement.addEventListener('wk-theme', entry.theme);
        matchMedia('(prefers-color-scheme: dark)').addEventListener('change', entry.theme);
        live.set(el, entry);
    }
    entry.data = JSON.parse(json);
    draw(entry);
}

export function drop(el) {
    const entry = live.get(el);
    if (!entry) return;
    entry.size.disconnect();
    document.removeEventListener('keydown', entry.escape);
    document.documentElement.removeEventListener('wk-theme', entry.theme);
    matchMedia('(prefers-color-scheme: dark)').removeEventListener('change', entry.theme);
    entry.chart.dispose();
    live.delete(el);
}
