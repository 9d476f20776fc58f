import { createRequire } from 'node:module';
import { join } from 'node:path';
import { packageRoot } from './package-root.ts';

/** A typeface, by the name that it calls itself, and its files by style. */
export interface Font {
  readonly name: string;
  readonly files: Readonly<Record<'regular' | 'italic' | 'semiBold' | 'bold', string>>;
}

const resolve = createRequire(join(packageRoot(), 'package.json')).resolve;

/** The project's own (OFL-1.1): complete for Vietnamese, and its text copies out of a PDF as it was put in. */
const BE_VIETNAM_PRO = fontOf('Be Vietnam Pro', '@expo-google-fonts/be-vietnam-pro', 'BeVietnamPro');

/** For names that the other lacks letters of (OFL-1.1): it has all of them, and takes half as long again to set a page. */
const ARIMO = fontOf('Arimo', '@expo-google-fonts/arimo', 'Arimo');

export const FONTS = [BE_VIETNAM_PRO, ARIMO] as const;

/** The letters of names that Be Vietnam Pro draws as empty boxes: those of the highland peoples, and four of Latvia's. */
const LACKED = /[ĕĭŏŭƀģķļņ]/iu;

/** The font that has every letter of a text: one for the whole, so that no name is set in two. */
export function fontFor(text: string): Font {
  return LACKED.test(text.normalize('NFC')) ? ARIMO : BE_VIETNAM_PRO;
}

function fontOf(name: string, packageName: string, prefix: string): Font {
  const file = (style: string) => resolve(`${packageName}/${style}/${prefix}_${style}.ttf`);
  return {
    name,
    files: { regular: file('400Regular'), italic: file('400Regular_Italic'), semiBold: file('600SemiBold'), bold: file('700Bold') },
  };
}
