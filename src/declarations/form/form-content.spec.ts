import { describe, expect, it } from '@jest/globals';
import { contentOf } from './form-content.ts';

/** As `FormCheck.checkWhole` returns it: what keys of an earlier release stand for. */
const CANONICAL = {
  insuranceNumber: '7900000001',
  fullName: 'Huỳnh Thị Ước',
  idNumber: 'C7654321',
  idType: 'passport',
  provinceCode: '31',
  districtCode: '304',
  wardCode: null,
  street: 'Số 12 Lạch Tray',
  phone: '+84352153777',
  officeCode: '03102',
  emailCopy: true,
  emailForNotices: false,
  email: 'uoc.An@example.com',
  commitmentAccepted: true,
  dataProcessingAccepted: true,
  consentVersion: '2021-04',
};

const AS_TYPED = {
  insuranceNumber: '7900000001',
  fullName: '  Huỳnh  Thị Ước '.normalize('NFD'),
  idNumber: 'c7654321',
  idType: '',
  provinceCode: '31',
  districtCode: '304',
  wardCode: '',
  street: 'Số 12  Lạch Tray'.normalize('NFD'),
  phone: '0352.153.777',
  officeCode: '03102',
  emailCopy: true,
  email: 'uoc.An@Example.COM',
  commitmentAccepted: true,
  dataProcessingAccepted: true,
};

describe('what a form says', () => {
  it('is the canonical form of a sound one, with every choice off that was not made', () => {
    expect(contentOf(AS_TYPED)).toEqual(CANONICAL);
    expect(contentOf(CANONICAL)).toEqual(CANONICAL);
  });

  it('depends on no day and no list: a birth year to come, an office and a place that nobody knows', () => {
    const said = { ...CANONICAL, idNumber: '079299000001', idType: 'cccd', officeCode: '99999', districtCode: '999' };
    expect(contentOf({ ...said, idType: null })).toEqual(said);
  });

  it('is as it was sent where it has no canonical form', () => {
    const odd = {
      fullName: 'Mai 2',
      phone: '113',
      email: 'a@b, c@d',
      idNumber: '12',
      street: ' ',
      idType: 'cmnd',
      unknown: 'x',
      emailCopy: 'yes',
    };
    expect(contentOf(odd)).toMatchObject(odd);
  });

  it('tells values apart that are not the same', () => {
    for (const change of [{ fullName: 'Huỳnh Thị Ướca' }, { emailForNotices: true }, { phone: '0352153778' }, { officeCode: '03103' }]) {
      expect(contentOf({ ...AS_TYPED, ...change })).not.toEqual(CANONICAL);
    }
  });
});
