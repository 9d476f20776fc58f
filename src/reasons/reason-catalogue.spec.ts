import { describe, expect, it } from '@jest/globals';
import { findReason, REASONS, type Reason } from './reason-catalogue.ts';

const catalogue = Object.entries<Reason>(REASONS);
const codesWhere = (condition: (reason: Reason) => boolean) => catalogue.filter(([, reason]) => condition(reason)).map(([code]) => code);
const sentences = (text: string) => text.split(/[.;](?:\s|$)/).filter((part) => part !== '');

describe('the catalogue of reasons', () => {
  it('has a word for what an office meets: thirty reasons and more', () => {
    expect(catalogue.length).toBeGreaterThanOrEqual(30);
  });

  it('keeps every code that decisions were ever made with', () => {
    const first = [
      ...['photo-blurred', 'photo-wrong-kind', 'photo-wrong-person', 'photo-cut-off', 'paper-expired', 'papers-missing'],
      ...['name-differs-from-paper', 'id-number-differs-from-paper', 'phone-wrong', 'phone-not-own', 'email-wrong', 'address-incomplete'],
      ...['differs-from-bhxh-database', 'differs-from-population-database'],
    ];
    for (const code of first) expect([code, findReason(code)?.final]).toEqual([code, false]);
    for (const code of ['account-exists', 'not-filed-by-this-person', 'never-came', 'forged-papers']) {
      expect([code, findReason(code)?.final]).toEqual([code, true]);
    }
  });

  it('tells in both languages what is wrong and what comes next, in whole sentences of composed letters', () => {
    const isTold = (text: string) => text === text.normalize('NFC').trim() && text.endsWith('.') && sentences(text).length >= 2;
    expect(codesWhere(({ vi, en }) => !isTold(vi) || !isTold(en))).toEqual([]);
  });

  it('says no two things alike', () => {
    const texts = catalogue.flatMap(([, { vi, en }]) => [vi, en]);
    expect(new Set(texts).size).toBe(texts.length);
  });

  it('ends a dossier only as a whole', () => {
    expect(codesWhere(({ final, appliesTo }) => final && appliesTo.join() !== 'dossier')).toEqual([]);
  });

  it('does not take for a reason what every object has', () => {
    expect(findReason('constructor')).toBeUndefined();
  });
});
