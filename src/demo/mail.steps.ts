import PostalMime, { type Address } from 'postal-mime';
import { awaitMessage } from './awaited-message.ts';
import { StepFailed } from './intake-client.ts';
import { size, vietnameseTime } from './page.ts';
import { saveFile } from './saved-file.ts';
import type { Filed, Stage } from './story.ts';

/** Opens the mail as it went over SMTP, reads it out and saves what is attached. */
export async function readMail(stage: Stage, filed: Filed): Promise<void> {
  const { client, page, out } = stage;
  const { id } = await awaitMessage(stage, filed, { channel: 'email', template: 'declaration-copy' });
  const mail = await PostalMime.parse(await client.bytes(`/_sim/messages/${id}/raw`));
  const [pdf] = mail.attachments;
  if (!pdf) throw new StepFailed('the e-mail came without the declaration.');
  const content = Buffer.from(pdf.content as ArrayBuffer);
  const path = await saveFile(out, pdf.filename ?? 'to-khai.pdf', content);

  page.chapter('Thư điện tử kèm tờ khai', 'the e-mail with the declaration');
  page.facts(
    ['Từ', 'from', mail.from ? mailbox(mail.from) : ''],
    ['Đến', 'to', (mail.to ?? []).map(mailbox).join(', ')],
    ['Tiêu đề', 'subject', mail.subject ?? ''],
    ['Ngày', 'date', mail.date ? vietnameseTime(mail.date) : ''],
    ['Tệp kèm', 'attached', `${pdf.filename ?? ''} · ${pdf.mimeType} · ${size(content.length)}`],
  );
  page.line();
  page.quote(mail.text ?? '');
  page.line();
  page.done(`Tờ khai đã lưu: ${path}`, 'the declaration is saved');
}

function mailbox({ name, address }: Address): string {
  return name ? `${name} <${address ?? ''}>` : (address ?? '');
}
