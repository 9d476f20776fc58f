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
  let own: OwnServer | undefined;
  page.title('bhxh-intake · câu chuyện trong tài liệu hướng dẫn', 'the story of the public guide');
  try {
    if (url === undefined) stopOnSignals((own = await startOwnServer(process.env)));
    const address = own?.url ?? url ?? '';
    page.facts(['Máy chủ', 'server', own ? `${address} (riêng cho buổi trình diễn · the demo’s own)` : address]);
    await playStory({ client: new IntakeClient(address, simulatorKey), page, out }, { guide });
  } catch (fault) {
    if (!(fault instanceof StepFailed)) throw fault;
    const where = page.chapterNow && ` sau “${page.chapterNow}” · after it`;
    process.stderr.write(`\nBuổi trình diễn dừng lại${where} · The demo stopped: ${fault.message}\n`);
    process.exitCode = 1;
  } finally {
    await own?.stop();
  }
}

function stopOnSignals(own: OwnServer): void {
  const stop = () => void own.stop().finally(() => process.exit(INTERRUPTED));
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}
