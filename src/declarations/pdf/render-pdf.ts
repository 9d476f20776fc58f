import { createRequire } from 'node:module';
import { join } from 'node:path';
import pdfmake from 'pdfmake';
import { packageRoot } from '../../platform/package-root.ts';
import { declarationDocument } from './declaration-document.ts';
import type { DeclarationPdfFacts } from './declaration-pdf.facts.ts';

/** Be Vietnam Pro (OFL-1.1): complete for Vietnamese, and its text copies out of the PDF as it was put in. */
const FONT_PACKAGE = '@expo-google-fonts/be-vietnam-pro';
const { resolve } = createRequire(join(packageRoot(), 'package.json'));
const FONTS = {
  normal: resolve(`${FONT_PACKAGE}/400Regular/BeVietnamPro_400Regular.ttf`),
  bold: resolve(`${FONT_PACKAGE}/600SemiBold/BeVietnamPro_600SemiBold.ttf`),
  italics: resolve(`${FONT_PACKAGE}/400Regular_Italic/BeVietnamPro_400Regular_Italic.ttf`),
};

pdfmake.setFonts({ BeVietnamPro: FONTS });
pdfmake.setUrlAccessPolicy(() => false);
pdfmake.setLocalAccessPolicy((path) => Object.values(FONTS).includes(path));

/** Sets the declaration as PDF: some 100 ms of pure computing, so call it off the event loop (`PdfRenderer`). */
export async function renderPdf(facts: DeclarationPdfFacts): Promise<Buffer> {
  return pdfmake.createPdf(declarationDocument(facts)).getBuffer();
}
