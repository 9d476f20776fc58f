/** A mail as it is handed to the mailer; the two bodies say the same. */
export interface MailText {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** A piece of a mail. Strings are plain text and may hold what people typed: only `mailText` turns them into HTML. */
export type Block =
  | { readonly paragraph: string }
  | { readonly heading: string }
  | { readonly list: readonly string[] }
  | { readonly facts: readonly (readonly [label: string, value: string])[] };

const FOOTER = {
  vi: 'Thư của hệ thống mô phỏng, không phải thư của cơ quan BHXH Việt Nam.',
  en: 'SIMULATION: this mail comes from a simulator, not from Vietnam Social Security.',
};

/** Sets the blocks as plain text and as HTML that loads nothing from anywhere. `subject` holds nothing that a person typed. */
export function mailText(subject: string, vi: readonly Block[], en: readonly Block[]): MailText {
  return {
    subject,
    text: [...vi.map(asText), '– – –', ...en.map(asText), '– – –', `${FOOTER.vi}\n${FOOTER.en}`, ''].join('\n\n'),
    html: `<!doctype html>
<html lang="vi">
<head><meta charset="utf-8"><title>${escaped(subject)}</title></head>
<body style="margin:0;padding:24px;background:#f3f6fa;color:#1b2733;font:16px/1.5 sans-serif">
<div style="max-width:600px;margin:0 auto;padding:8px 28px 20px;background:#ffffff;border-top:4px solid #0b5ca8">
${vi.map(asHtml).join('\n')}
<div lang="en" style="margin-top:28px;padding-top:4px;border-top:1px solid #d5dee8;color:#4a5866;font-size:14px">
${en.map(asHtml).join('\n')}
</div>
<p style="margin-top:28px;padding-top:12px;border-top:1px solid #d5dee8;color:#4a5866;font-size:13px">${escaped(FOOTER.vi)}<br><span lang="en">${escaped(FOOTER.en)}</span></p>
</div>
</body>
</html>
`,
  };
}

function asText(block: Block): string {
  if ('paragraph' in block) return block.paragraph;
  if ('heading' in block) return block.heading.toLocaleUpperCase('vi');
  if ('list' in block) return block.list.map((item) => `- ${item}`).join('\n');
  return block.facts.map(([label, value]) => `${label}: ${value}`).join('\n');
}

function asHtml(block: Block): string {
  if ('paragraph' in block) return `<p>${escaped(block.paragraph)}</p>`;
  if ('heading' in block) return `<h2 style="margin:24px 0 0;font-size:1em;color:#0b5ca8">${escaped(block.heading)}</h2>`;
  if ('list' in block) return `<ul>${block.list.map((item) => `<li>${escaped(item)}</li>`).join('')}</ul>`;
  const rows = block.facts.map(
    ([label, value]) =>
      `<tr><td style="padding:3px 16px 3px 0;color:#4a5866;vertical-align:top">${escaped(label)}</td><td style="padding:3px 0">${escaped(value)}</td></tr>`,
  );
  return `<table role="presentation" style="border-collapse:collapse;font-size:inherit">${rows.join('')}</table>`;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign);
}
