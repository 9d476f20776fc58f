import { readdir, readFile } from 'node:fs/promises';
import { SourceMap, type SourceMapping, type SourceMapPayload } from 'node:module';
import { join, resolve } from 'node:path';
import { serviceProgram } from '../../src/platform/package-root.ts';

/** Lines and columns from 0 on. */
interface CallFrame {
  readonly functionName: string;
  readonly url: string;
  readonly lineNumber: number;
  readonly columnNumber: number;
}

interface CpuProfile {
  readonly nodes: readonly { id: number; callFrame: CallFrame; children?: number[] }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

const MOST_ROWS = 25;

/** Where the processor time of the main thread went, by package and by function, in shares of the time that was not idle. */
export async function profileSummary(directory: string): Promise<string> {
  const names = (await readdir(directory)).filter((name) => name.endsWith('.cpuprofile'));
  const map = new SourceMap(JSON.parse(await readFile(`${serviceProgram()}.map`, 'utf8')) as SourceMapPayload);
  const parts = await Promise.all(
    names.map(async (name) => summaryOf(JSON.parse(await readFile(join(directory, name), 'utf8')) as CpuProfile, map)),
  );
  return parts.join('\n');
}

function summaryOf({ nodes, samples, timeDeltas }: CpuProfile, map: SourceMap): string {
  const byId = new Map(nodes.map(({ id, callFrame }) => [id, beforeBundling(callFrame, map)]));
  const packages = new Map<string, number>();
  const functions = new Map<string, number>();
  let busy = 0;
  samples.forEach((id, place) => {
    const { functionName, url, lineNumber } = byId.get(id)!;
    if (functionName === '(idle)' || functionName === '(program)') return;
    const time = timeDeltas[place]!;
    busy += time;
    const where = packageOf(url, functionName);
    packages.set(where, (packages.get(where) ?? 0) + time);
    const name = `${functionName || '(anonymous)'} ${url.split('/').slice(-2).join('/')}:${lineNumber + 1}`;
    functions.set(name, (functions.get(name) ?? 0) + time);
  });
  const rows = (of: Map<string, number>) =>
    [...of]
      .toSorted(([, one], [, other]) => other - one)
      .slice(0, MOST_ROWS)
      .map(([name, time]) => `  ${((100 * time) / busy).toFixed(1).padStart(5)} %  ${name}`);
  return [`busy for ${(busy / 1e6).toFixed(2)} s`, ...rows(packages), '', ...rows(functions), ''].join('\n');
}

/** Where a function of the one file that runs was written. */
function beforeBundling(frame: CallFrame, map: SourceMap): CallFrame {
  if (!frame.url.endsWith('/dist/service/main.js')) return frame;
  const { originalSource, originalLine } = map.findEntry(frame.lineNumber, frame.columnNumber) as Partial<SourceMapping>;
  if (originalSource === undefined) return frame;
  return { ...frame, url: resolve(join(serviceProgram(), '..'), originalSource), lineNumber: originalLine! };
}

function packageOf(url: string, functionName: string): string {
  if (url === '') return functionName.startsWith('(') ? functionName : '(native)';
  if (url.startsWith('node:')) return url.split('/').slice(0, 2).join('/');
  const inPackage = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1];
  return inPackage ?? /\/(src\/[^/]+)/.exec(url)?.[1] ?? url;
}
