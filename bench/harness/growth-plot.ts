import type { Growth } from '../growth.bench.ts';

const WIDTH = 760;
const HEIGHT = 420;
const PLOT = { left: 64, right: 560, top: 56, bottom: 356 };
const LIMIT = 1.3;
/** The palette of Okabe and Ito, which people see apart whose eyes do not tell red from green; each line has a mark of its own besides. */
const COLOURS = ['#0072B2', '#D55E00', '#009E73', '#CC79A7', '#E69F00'];
const MARKS = [
  (x: number, y: number) => `<circle cx="${x}" cy="${y}" r="4.5"/>`,
  (x: number, y: number) => `<rect x="${x - 4}" y="${y - 4}" width="8" height="8"/>`,
  (x: number, y: number) => `<path d="M${x} ${y - 5.5}l5 9h-10z"/>`,
  (x: number, y: number) => `<path d="M${x} ${y - 6}l6 6-6 6-6-6z"/>`,
  (x: number, y: number) => `<path d="M${x} ${y + 5.5}l5-9h-10z"/>`,
];

/** What each piece of work costs against the smallest size, over sizes that each are about ten times the one before. Legible on white and on black. */
export function growthPlot({ dossiers, works }: Growth): string {
  const relative = works.map(({ name, ms }) => ({ name, values: ms.map((value) => value / ms[0]!) }));
  const most = Math.max(2, Math.ceil(Math.max(...relative.flatMap(({ values }) => values)) * 2) / 2);
  const [least, greatest] = [Math.log10(dossiers[0]!), Math.log10(dossiers.at(-1)!)];
  const x = (count: number) => round(PLOT.left + ((Math.log10(count) - least) / (greatest - least)) * (PLOT.right - PLOT.left));
  const y = (value: number) => round(PLOT.bottom - (value / most) * (PLOT.bottom - PLOT.top));
  const steps = Array.from({ length: most * 2 + 1 }, (_, step) => step / 2);
  const labels = spread(relative.map(({ values }) => y(values.at(-1)!)));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="Cost of the same work as the number of dossiers grows">
<style>
text{font:13px system-ui,sans-serif;fill:#24292f}.title{font-size:15px;font-weight:600}.quiet{fill:#57606a}.grid{stroke:#d0d7de;stroke-width:1}
.limit{stroke:#24292f;stroke-width:1.5;stroke-dasharray:6 4}.line{fill:none;stroke-width:2.2}
@media (prefers-color-scheme:dark){text{fill:#e6edf3}.quiet{fill:#9198a1}.grid{stroke:#3d444d}.limit{stroke:#e6edf3}}
</style>
<text class="title" x="${PLOT.left}" y="24">Cost of the same work, against ${dossiers[0]!.toLocaleString('en')} dossiers</text>
${steps.map((step) => `<path class="grid" d="M${PLOT.left} ${y(step)}H${PLOT.right}"/><text class="quiet" x="${PLOT.left - 10}" y="${y(step) + 4}" text-anchor="end">${step} ×</text>`).join('\n')}
${dossiers.map((count) => `<path class="grid" d="M${x(count)} ${PLOT.top}V${PLOT.bottom}"/><text class="quiet" x="${x(count)}" y="${PLOT.bottom + 20}" text-anchor="middle">${count.toLocaleString('en')}</text>`).join('\n')}
<text class="quiet" x="${(PLOT.left + PLOT.right) / 2}" y="${PLOT.bottom + 44}" text-anchor="middle">dossiers in the database</text>
<path class="limit" d="M${PLOT.left} ${y(LIMIT)}H${PLOT.right}"/><text class="quiet" x="${PLOT.left + 8}" y="${y(LIMIT) - 6}">at most ${LIMIT} ×</text>
${relative
  .map(({ name, values }, at) => {
    const colour = COLOURS[at % COLOURS.length]!;
    const points = values.map((value, size) => [x(dossiers[size]!), y(value)] as const);
    const label = `<text x="${PLOT.right + 16}" y="${labels[at]! + 4}">${name}, ${values.at(-1)!.toFixed(2)} ×</text>`;
    return `<g fill="${colour}"><path class="line" stroke="${colour}" d="M${points.map((point) => point.join(' ')).join('L')}"/>${points.map((point) => MARKS[at % MARKS.length]!(...point)).join('')}</g>
<path class="line" stroke="${colour}" style="stroke-width:1" d="M${PLOT.right + 6} ${points.at(-1)![1]}L${PLOT.right + 13} ${labels[at]!}"/>${label}`;
  })
  .join('\n')}
</svg>
`;
}

/** Labels beside the ends of the lines, moved apart until none covers another. */
function spread(places: readonly number[]): number[] {
  const APART = 18;
  const moved = [...places];
  const order = [...places.keys()].sort((one, other) => places[one]! - places[other]!);
  for (const [rank, at] of order.entries()) {
    if (rank > 0) moved[at] = Math.max(moved[at]!, moved[order[rank - 1]!]! + APART);
  }
  const over = Math.max(0, Math.max(...moved) - PLOT.bottom);
  return moved.map((place) => place - over);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
