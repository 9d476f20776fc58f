import { describe, expect, it } from '@jest/globals';
import { FAULTS } from './fault-catalogue.ts';

describe.each(Object.entries(FAULTS))('the fault %s', (code, texts) => {
  it('has a kebab-case code and two different full sentences', () => {
    expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(texts.vi).toMatch(/^\p{Lu}.*\.$/u);
    expect(texts.en).toMatch(/^[A-Z].*\.$/);
    expect(texts.vi).not.toBe(texts.en);
  });

  it('is written in composed letters', () => {
    expect(texts.vi).toBe(texts.vi.normalize('NFC'));
  });
});
