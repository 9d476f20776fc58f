import pdfmake from 'pdfmake';
import { FONTS } from '../../platform/fonts.ts';
import { declarationDocument } from './declaration-document.ts';
import type { DeclarationPdfFacts } from './declaration-pdf.facts.ts';

const styles = FONTS.map(
  ({ name, files: { regular, italic, semiBold } }) => [name, { normal: regular, bold: semiBold, italics: italic }] as const,
);
pdfmake.setFonts(Object.fromEntries(styles));
pdfmake.setUrlAccessPolicy(() => false);
pdfmake.setLocalAccessPolicy((path) => styles.some(([, files]) => Object.values(files).includes(path)));

/** Sets the declaration as PDF: some 100 ms of pure computing, so call it off the event loop (`PdfRenderer`). */
export async function renderPdf(facts: DeclarationPdfFacts): Promise<Buffer> {
  return pdfmake.createPdf(declarationDocument(facts)).getBuffer();
}
