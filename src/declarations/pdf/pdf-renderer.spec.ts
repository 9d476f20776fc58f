import { afterAll, describe, expect, it } from '@jest/globals';
import type { DeclarationPdfFacts } from './declaration-pdf.facts.ts';
import { PdfRenderer } from './pdf-renderer.ts';
import { renderPdf } from './render-pdf.ts';

const FACTS: DeclarationPdfFacts = {
  dossierNumber: '00001.GD/2021/03102',
  date: new Date('2021-04-05T02:15:00Z'),
  insuranceNumber: '0397097379',
  fullName: 'Huỳnh Thị Minh',
  idType: 'passport',
  idNumber: 'C1234567',
  address: { street: 'Số 12', ward: 'Phường Đằng Giang', district: 'Quận Ngô Quyền', province: 'Thành phố Hải Phòng' },
  phone: '+84352153000',
  email: null,
  office: { code: '03102', name: 'BHXH Quận Ngô Quyền' },
  commitment: { text: 'Tôi cam đoan.', accepted: true },
  consents: [],
  consentVersion: '2021-04',
};

describe('the renderer of declarations', () => {
  const renderer = new PdfRenderer();
  afterAll(() => renderer.onApplicationShutdown());

  it('renders in a thread of the built application what would be rendered here', async () => {
    expect((await renderer.render(FACTS)).equals(await renderPdf(FACTS))).toBe(true);
  });

  it('leaves the event loop free meanwhile', async () => {
    let turns = 0;
    const ticking = setInterval(() => turns++, 1);
    await Promise.all(Array.from({ length: 5 }, () => renderer.render(FACTS)));
    clearInterval(ticking);
    // Blocked by the rendering, the loop would turn once for each.
    expect(turns).toBeGreaterThan(10);
  });

  it('renders every declaration of a burst with its own facts', async () => {
    const numbers = ['00001', '00002', '00003'].map((sequence) => `${sequence}.GD/2021/03102`);
    const rendered = await Promise.all(numbers.map((dossierNumber) => renderer.render({ ...FACTS, dossierNumber })));
    const expected = await Promise.all(numbers.map((dossierNumber) => renderPdf({ ...FACTS, dossierNumber })));
    expect(rendered.map((pdf, index) => pdf.equals(expected[index]!))).toEqual([true, true, true]);
  });

  it('asks those who come to a crowd to come again, and serves the crowd', async () => {
    const answers = await Promise.allSettled(Array.from({ length: 30 }, () => renderer.render(FACTS)));
    const refusals = answers.filter((answer) => answer.status === 'rejected').map(({ reason }) => reason as unknown);
    expect(refusals.length).toBeGreaterThan(0);
    for (const refusal of refusals) expect(refusal).toMatchObject({ code: 'service-unavailable', details: { retryAfter: 5 } });
    expect(answers.length - refusals.length).toBeGreaterThanOrEqual(20);
  });
});
