// Charts from data only, never from code. Colours are the page's own, so light and dark need nothing from the hub.
import * as echarts from './vendor/echarts-6.1.0.esm.min.js';

const live = new Map();
const token = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const numbers = new Intl.NumberFormat('en');

function draw(entry) {
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
            data: values.map((value, i) => ({ value, itemStyle: { color: token(muted[i] ? '--wk-faint' : '--wk-series-1') } })),
            label: { show: true, position: 'right', color: text, fontSize: 12, formatter: p => numbers.format(p.value) },
        }],
    }, { notMerge: true });
}

export function bars(el, json, net) {
    // The page may have moved on while this module was on its way.
    if (!el) return;
    let entry = live.get(el);
    if (!entry) {
        const chart = echarts.init(el, null, { renderer: 'svg' });
        entry = { chart, data: null, size: new ResizeObserver(() => chart.resize()), theme: () => draw(entry) };
        entry.size.observe(el);
        chart.on('click', p => net.invokeMethodAsync('Open', p.dataIndex));
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
    document.documentElement.removeEventListener('wk-theme', entry.theme);
    matchMedia('(prefers-color-scheme: dark)').removeEventListener('change', entry.theme);
    entry.chart.dispose();
    live.delete(el);
}
