import { readDemoOptions, USAGE, type DemoOptions } from './demo-options.ts';
import { IntakeClient, StepFailed } from './intake-client.ts';
import { startOwnServer, type OwnServer } from './own-server.ts';
import { Page } from './page.ts';
import { playStory } from './story.ts';

const INTERRUPTED = 130;

const options = wishes();
if (options) await play(options);

/** What was asked for; undefined when the usage was all there was to say. */
function wishes(): DemoOptions | undefined {
  try {
    const read = readDemoOptions(process.argv.slice(2), process.env);
    if (read !== 'help') return read;
    process.stdout.write(USAGE);
  } catch (fault) {
    process.stderr.write(`${(fault as Error).message}\n\n${USAGE}`);
    process.exitCode = 2;
  }
  return undefined;
}

async function play({ url, simulatorKey, guide, out }: DemoOptions): Promise<void> {
  const page = new Page(process.stdout, process.env);
  page.title('bhxh-intake · câu chuyện trong tài liệu hướng dẫn', 'the story of the public guide');
  const own = url === undefined ? startOwnServer(process.env) : undefined;
  const interrupted = own && stopOnSignals(own);
  try {
    const address = url ?? (await own!.url);
    page.facts(['Máy chủ', 'server', own ? `${address} (riêng cho buổi trình diễn · the demo’s own)` : address]);
    await playStory({ client: new IntakeClient(address, simulatorKey), page, out }, { guide });
  } catch (fault) {
    if (interrupted?.aborted) return;
    if (!(fault instanceof StepFailed)) throw fault;
    const where = page.chapterNow && ` sau “${page.chapterNow}” · after it`;
    process.stderr.write(`\nBuổi trình diễn dừng lại${where} · The demo stopped: ${fault.message}\n`);
    process.exitCode = 1;
  } finally {
    await own?.stop();
  }
}

/** @returns what tells that somebody wanted the demonstration to end: its server goes first, and then the process */
function stopOnSignals(own: OwnServer): AbortSignal {
  const interruption = new AbortController();
  const stop = () => {
    interruption.abort();
    void own.stop().finally(() => process.exit(INTERRUPTED));
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  return interruption.signal;
}
