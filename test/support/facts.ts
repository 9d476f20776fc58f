import type { DossierFacts } from '../../src/messages/message-facts.port.ts';

/** What the wordings are tried on: the guide's own dossier. */
export const FACTS: DossierFacts = {
  language: 'vi',
  dossierNumber: '49631.GD/2021/03102',
  insuranceNumber: '0397097379',
  fullName: 'Huỳnh Thị Minh',
  phone: '+84352153000',
  submittedAt: new Date('2021-04-05T02:15:00Z'),
  awaitsCorrection: false,
  isOver: false,
  expiresAt: new Date('2021-05-05T02:15:00Z'),
  office: { code: '03102', name: 'BHXH Quận Ngô Quyền', address: 'Số 1 Lê Lai', phone: null },
  reasons: [{ vi: 'Ảnh mặt trước bị mờ.', en: 'The photo of the front is blurred.' }],
  form: async () => Buffer.from('%PDF-1.3 the declaration'),
};
