import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import ts from 'typescript';
import { packageRoot } from '../../src/platform/package-root.ts';

/** Everything that the service and its tests read; what was built is changed where a patch changes its source. */
const NEEDED = ['package.json', 'bundle.mjs', 'jest.config.mjs', 'tsconfig.json', 'src', 'migrations', 'test', 'data', 'docs', 'dist'];

const MOST_BUNDLING_MS = 60_000;

export interface Ran {
  readonly status: number;
  readonly output: string;
}

/** A copy of this tree, to plant a bug in. */
export class Copy {
  private constructor(readonly root: string) {}

  /** @param patch none for a copy without a bug @throws Error when the patch does not apply to the present sources */
  static async make(patch?: string): Promise<Copy> {
    const copy = new Copy(await realpath(await mkdtemp(join(tmpdir(), 'bhxh-intake-mutant-'))));
    try {
      for (const name of NEEDED) await cp(join(packageRoot(), name), join(copy.root, name), { recursive: true });
      await symlink(join(packageRoot(), 'node_modules'), join(copy.root, 'node_modules'));
      if (patch !== undefined) await copy.apply(patch);
      return copy;
    } catch (error) {
      await copy.remove();
      throw error;
    }
  }

  /** @param milliseconds after which it is stopped, which is a failure @param args for Node */
  async run(args: readonly string[], milliseconds: number): Promise<Ran> {
    return run(process.execPath, args, this.root, milliseconds);
  }

  async remove(): Promise<void> {
    await rm(this.root, { recursive: true, force: true });
  }

  private async apply(patch: string): Promise<void> {
    const applied = await run('git', ['apply', '--whitespace=nowarn', patch], this.root);
    if (applied.status !== 0) throw new Error(`${patch} does not apply any more:\n${applied.output}`);
    for (const path of await patchedFiles(patch)) await this.build(path);
    const bundled = await this.run(['bundle.mjs'], MOST_BUNDLING_MS);
    if (bundled.status !== 0) throw new Error(`${patch} cannot be built:\n${bundled.output}`);
  }

  /** Types are not checked: a bug need not be well typed, and the sources were built with everything checked. */
  private async build(path: string): Promise<void> {
    const { config } = ts.readConfigFile(join(packageRoot(), 'tsconfig.json'), (file) => ts.sys.readFile(file)) as {
      config: { compilerOptions: ts.CompilerOptions };
    };
    const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, packageRoot());
    const { outputText } = ts.transpileModule(await readFile(join(this.root, path), 'utf8'), {
      compilerOptions: {
        ...options,
        // One file alone does not know of its package that it is ESM.
        module: ts.ModuleKind.ESNext,
        moduleResolution: ts.ModuleResolutionKind.Bundler,
        sourceMap: false,
      },
      fileName: path,
    });
    await writeFile(join(this.root, 'dist', path.replace(/\.ts$/, '.js')), outputText);
  }
}

/** Paths of the sources that a patch changes, from the root of the tree. */
export async function patchedFiles(patch: string): Promise<string[]> {
  const found = (await readFile(patch, 'utf8')).matchAll(/^\+\+\+ b\/(.+)$/gm);
  return [...found].map(([, path]) => path!);
}

export function patchOf(name: string): string {
  return join(packageRoot(), 'test', 'mutants', 'patches', `${name}.patch`);
}

export async function run(program: string, args: readonly string[], cwd: string, milliseconds?: number): Promise<Ran> {
  const child = spawn(program, args, {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    // At the head of a group: a test that fails may leave the server that it had started.
    detached: true,
    ...(milliseconds !== undefined && { timeout: milliseconds }),
  });
  const interrupted = () => {
    endGroup(child.pid!);
    process.exit(130);
  };
  process.once('SIGINT', interrupted);
  const [out, err, [status]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number | null]>,
  ]);
  process.off('SIGINT', interrupted);
  endGroup(child.pid!);
  return { status: status ?? -1, output: `${out}${err}` };
}

function endGroup(leader: number): void {
  try {
    process.kill(-leader, 'SIGKILL');
  } catch (error) {
    // Nobody is left of it, as it should be.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
