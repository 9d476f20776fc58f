import type { DeclarationPdfFacts } from './declaration-pdf.facts.ts';
import { renderPdf } from './render-pdf.ts';

/** What a thread of `PdfRenderer` runs. */
export default function render(facts: DeclarationPdfFacts): Promise<Buffer> {
  return renderPdf(facts);
}
