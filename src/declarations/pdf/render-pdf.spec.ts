import { beforeAll, describe, expect, it } from '@jest/globals';
import { readPdf, type ReadPdf } from '../../../test/support/pdf.ts';
import type { DeclarationPdfFacts } from './declaration-pdf.facts.ts';
import { renderPdf } from './render-pdf.ts';

const consent = (text: string, accepted: boolean) => ({ text, accepted });

const MINH: DeclarationPdfFacts = {
  dossierNumber: '49631.GD/2021/03102',
  date: new Date('2021-04-05T17:30:00Z'),
  insuranceNumber: '0397097379',
  fullName: 'Huỳnh Thị Minh',
  idType: 'cccd',
  idNumber: '031165000123',
  address: { street: 'Số 12, ngõ 34', ward: 'Phường Đằng Giang', district: 'Quận Ngô Quyền', province: 'Thành phố Hải Phòng' },
  phone: '+84352153000',
  email: 'minh@mail.example',
  office: { code: '03102', name: 'BHXH Quận Ngô Quyền' },
  commitment: consent('Tôi cam đoan những nội dung kê khai là đúng.', true),
  consents: [consent('Tôi muốn nhận tờ khai qua email.', true)],
  consentVersion: '2021-04',
};

async function textOf(facts: DeclarationPdfFacts): Promise<string> {
  const { pages } = await readPdf(await renderPdf(facts));
  return pages.join('\n');
}

const flowing = (text: string) => text.replaceAll(/\s+/g, ' ');

describe('the declaration as PDF', () => {
  let minh: ReadPdf;
  beforeAll(async () => {
    minh = await readPdf(await renderPdf(MINH));
  });

  it('is the official form with every declared field, the commitment and the part for the office, on one page', () => {
    expect(minh.pages).toHaveLength(1);
    const text = flowing(minh.pages.join());
    for (const part of [
      'CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM',
      'Độc lập – Tự do – Hạnh phúc',
      'BẢO HIỂM XÃ HỘI VIỆT NAM',
      'TỜ KHAI ĐĂNG KÝ TÀI KHOẢN GIAO DỊCH ĐIỆN TỬ (VssID)',
      'Số hồ sơ: 49631.GD/2021/03102',
      '0397097379',
      'Huỳnh Thị Minh',
      'Số CCCD',
      '031165000123',
      'Số 12, ngõ 34, Phường Đằng Giang, Quận Ngô Quyền, Thành phố Hải Phòng',
      '0352153000',
      'minh@mail.example',
      '[03102] BHXH Quận Ngô Quyền',
      'Tôi cam đoan những nội dung kê khai là đúng.',
      'Tôi muốn nhận tờ khai qua email.',
      'PHẦN DÀNH CHO CƠ QUAN BHXH',
      'Cán bộ xác minh',
      'SIMULATION',
      'Trang 1/1',
    ]) {
      expect(text).toContain(part);
    }
  });

  it('tells the time of receipt in Vietnam, where the day begins seven hours earlier', () => {
    expect(minh.pages.join()).toContain('Tiếp nhận lúc 00:30 06/04/2021');
  });

  it('sets the hard letters so that they copy out as they were declared', async () => {
    const hard = ['Huỳnh Ưỡng', 'Đằng Giang', 'ỷ ẵ ệ Ỷ Ẵ Ệ', 'Ỗ Ử Ặ ỡ ữ ự', 'Y-Moan Êban', "H'Hen Niê", 'Y Bhĭt Ƀuôn Krŏng Ê\u0306č ģ ŭ'];
    const [fullName = '', street = '', ward = '', district = '', province = '', name = '', highland = ''] = hard;
    const text =
      (await textOf({ ...MINH, fullName, address: { street, ward, district, province }, office: { code: '03102', name } })) +
      (await textOf({ ...MINH, fullName: highland }));
    for (const letters of hard) expect(text).toContain(letters);
  });

  it('sets decomposed letters as the composed ones that the font has', async () => {
    expect(await textOf({ ...MINH, fullName: 'Huỳnh Ưỡng'.normalize('NFD') })).toContain('Huỳnh Ưỡng');
  });

  it('draws the dossier number as a QR code', () => {
    expect(minh.qrCodes).toEqual(['49631.GD/2021/03102']);
  });

  it('draws a tick for what was accepted and none for what was not', async () => {
    const refused = { ...MINH, consents: [consent('Tôi muốn nhận tờ khai qua email.', false)] };
    expect((await renderPdf(refused)).equals(await renderPdf(MINH))).toBe(false);
  });

  it('breaks words that are longer than their column, and loses nothing of them', async () => {
    const street = 'Đ'.repeat(200);
    const text = await textOf({ ...MINH, address: { ...MINH.address, street } });
    expect(text.replaceAll(/\s/g, '')).toContain(street);
  });

  it('prints what looks like code or control as the inert text it is', async () => {
    const text = await textOf({ ...MINH, address: { ...MINH.address, street: '<b>{{7*7}}</b>\u0007 ${1}' } });
    expect(text).toContain('<b>{{7*7}}</b> ${1}');
  });

  it('is a form with empty lines and without a number while it is a draft', async () => {
    const nothing = { street: null, ward: null, district: null, province: null };
    const draft = {
      ...MINH,
      dossierNumber: null,
      fullName: null,
      idType: null,
      idNumber: null,
      address: nothing,
      phone: null,
      email: null,
      office: null,
    };
    const { pages, qrCodes } = await readPdf(await renderPdf(draft));
    expect(pages.join()).toContain('BẢN NHÁP – CHƯA GỬI');
    expect(pages.join()).toContain('Số CCCD/CMND/Hộ chiếu');
    expect(qrCodes).toEqual([]);
  });

  it('is the same bytes for the same facts', async () => {
    expect((await renderPdf(MINH)).equals(await renderPdf({ ...MINH }))).toBe(true);
  });
});
