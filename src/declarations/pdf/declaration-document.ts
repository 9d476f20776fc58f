import type { Content, TDocumentDefinitions } from 'pdfmake/interfaces.js';
import { vietnameseTime } from '../../platform/clock.ts';
import { fontFor } from '../../platform/fonts.ts';
import type { DeclarationPdfFacts } from './declaration-pdf.facts.ts';
import { BLUE, DOTTED_ROWS, field, FRAMED, GREY, INK, PAPER, printed, sectionTitle, signature, tickLine } from './form-elements.ts';

const TITLE = ['TỜ KHAI ĐĂNG KÝ', 'TÀI KHOẢN GIAO DỊCH ĐIỆN TỬ (VssID)'];

const ID_LABELS = { cccd: 'Số CCCD', cmnd: 'Số CMND', passport: 'Số hộ chiếu' } as const;

/** What the clerk checks at the counter, in the order of the approval's checklist [D]. */
const OFFICE_CHECKLIST: readonly string[] = [
  'Người khai có mặt tại cơ quan BHXH',
  'Đã xem bản chính giấy tờ tùy thân, số khớp tờ khai',
  'Khuôn mặt khớp với ảnh cá nhân',
  'Họ tên, mã số khớp cơ sở dữ liệu của BHXH',
  'Số điện thoại là của chính người khai',
  'Tờ khai đã ký được lưu hồ sơ',
  'Mã số BHXH này chưa có tài khoản',
];

/** Points for number, label and value. Fixed, so that a word longer than the column is broken instead of widening it. */
const FIELD_WIDTHS = [14, 125, 328];

/** Points. */
const CODE_SIDE = 64;
const NUMBER_SIZE = 12;

const DOTS = (count: number): string => '.'.repeat(count);

/** The declaration as a form on paper (A4), in the look of Vietnamese official forms [D]. Pure: the same facts give the same document. */
export function declarationDocument(facts: DeclarationPdfFacts): TDocumentDefinitions {
  return {
    pageSize: 'A4',
    pageMargins: [54, 32, 54, 42],
    language: 'vi',
    displayTitle: true,
    info: {
      title: [...TITLE, facts.dossierNumber === null ? '(bản nháp)' : printed(facts.dossierNumber)].join(' '),
      author: 'BHXH Việt Nam (mô phỏng)',
      creator: 'bhxh-intake',
      producer: 'bhxh-intake',
      creationDate: facts.date,
    },
    defaultStyle: { font: fontFor(declaredText(facts)).name, fontSize: 9.5, lineHeight: 1.25, color: INK },
    content: [letterhead(facts), heading(facts), person(facts), consents(facts), citizensSignature(facts), officePart(facts)],
    footer: (page, pages) => footer(facts, page, pages),
  };
}

/** What people wrote themselves: all else is Vietnamese. */
function declaredText({ fullName, address }: DeclarationPdfFacts): string {
  return [fullName, address.street].join(' ');
}

function letterhead({ office }: DeclarationPdfFacts): Content {
  const owner = 'BẢO HIỂM XÃ HỘI VIỆT NAM';
  const motto = 'Độc lập – Tự do – Hạnh phúc';
  return {
    columns: [
      {
        width: 200,
        alignment: 'center',
        stack: [
          ...(office === null ? [{ text: owner, bold: true }] : [{ text: owner }, { text: printed(office.name), bold: true }]),
          rule(60),
        ],
      },
      { width: '*', text: '' },
      {
        width: 250,
        alignment: 'center',
        stack: [{ text: 'CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM', bold: true }, { text: motto, bold: true }, rule(140)],
      },
    ],
  };
}

function rule(length: number): Content {
  return { canvas: [{ type: 'line', x1: 0, y1: 2, x2: length, y2: 2, lineWidth: 0.7, lineColor: INK }], alignment: 'center' };
}

function heading({ dossierNumber, date }: DeclarationPdfFacts): Content {
  const number =
    dossierNumber === null
      ? { text: 'BẢN NHÁP – CHƯA GỬI', bold: true, fontSize: NUMBER_SIZE, color: GREY }
      : { text: ['Số hồ sơ: ', { text: printed(dossierNumber), bold: true, fontSize: NUMBER_SIZE }] };
  const time = `${dossierNumber === null ? 'Cập nhật' : 'Tiếp nhận'} lúc ${vietnameseTime(date)}`;
  return {
    margin: [0, 12, 0, 0],
    columns: [
      // As high as the code, which a draft has not: all that follows stands in the same place before and after it is sent.
      {
        width: CODE_SIDE,
        canvas: [{ type: 'rect', x: 0, y: 0, w: CODE_SIDE, h: CODE_SIDE, lineWidth: 0, fillOpacity: 0, lineColor: PAPER }],
      },
      {
        width: '*',
        alignment: 'center',
        stack: [
          ...TITLE.map((line) => ({ text: line, bold: true, fontSize: 13.5, color: BLUE, lineHeight: 1.1 })),
          { ...number, margin: [0, 3, 0, 0] },
          { text: time, color: GREY, fontSize: 8.5 },
        ],
      },
      dossierNumber === null
        ? { width: CODE_SIDE, text: '' }
        : { width: CODE_SIDE, qr: dossierNumber, fit: CODE_SIDE, eccLevel: 'M', alignment: 'right' },
    ],
  };
}

function person(facts: DeclarationPdfFacts): Content {
  const { street, ward, district, province } = facts.address;
  const address = [street, ward, district, province].filter((part) => part !== null).join(', ');
  const rows: [label: string, value: string | null][] = [
    ['Mã số BHXH', facts.insuranceNumber],
    ['Họ và tên', facts.fullName],
    [facts.idType === null ? 'Số CCCD/CMND/Hộ chiếu' : ID_LABELS[facts.idType], facts.idNumber],
    ['Địa chỉ liên hệ', address === '' ? null : address],
    ['Số điện thoại di động', facts.phone && nationalPhone(facts.phone)],
    ['Email', facts.email],
    ['Cơ quan BHXH tiếp nhận', facts.office && `[${facts.office.code}] ${facts.office.name}`],
  ];
  return {
    stack: [
      sectionTitle('I. THÔNG TIN NGƯỜI ĐĂNG KÝ'),
      {
        table: { widths: FIELD_WIDTHS, dontBreakRows: true, body: rows.map(([label, value], index) => field(index + 1, label, value)) },
        layout: DOTTED_ROWS,
      },
    ],
  };
}

/** `+84352153000` → `0352153000`: as people write it. */
function nationalPhone(e164: string): string {
  return e164.replace(/^\+84/, '0');
}

function consents({ commitment, consents, consentVersion }: DeclarationPdfFacts): Content {
  return {
    stack: [
      sectionTitle('II. ĐỒNG Ý VÀ CAM KẾT', consentVersion === null ? '' : `(nội dung phiên bản ${consentVersion})`),
      ...consents.map(({ text, accepted }) => tickLine(accepted, text)),
      tickLine(commitment.accepted, commitment.text),
    ],
  };
}

function citizensSignature({ fullName }: DeclarationPdfFacts): Content {
  return {
    unbreakable: true,
    margin: [0, 6, 0, 0],
    columns: [
      { width: '*', text: '' },
      {
        width: 260,
        stack: [
          { text: `${DOTS(26)}, ngày ${DOTS(6)} tháng ${DOTS(6)} năm ${DOTS(10)}`, italics: true, alignment: 'center' },
          { columns: [signature('Người khai', '(Ký, ghi rõ họ tên)', fullName, 28)] },
        ],
      },
    ],
  };
}

function officePart({ dossierNumber, date }: DeclarationPdfFacts): Content {
  const received = dossierNumber === null ? DOTS(40) : vietnameseTime(date);
  const half = Math.ceil(OFFICE_CHECKLIST.length / 2);
  const inHalves = (left: Content, right: Content): Content => ({
    columns: [
      { width: 255, stack: [left] },
      { width: '*', stack: [right] },
    ],
    columnGap: 14,
  });
  return {
    unbreakable: true,
    margin: [0, 8, 0, 0],
    table: {
      widths: ['*'],
      body: [
        [{ text: 'PHẦN DÀNH CHO CƠ QUAN BHXH', bold: true, color: BLUE, alignment: 'center', fillColor: '#e9eff6' }],
        [
          {
            stack: [
              inHalves(
                { text: ['Hồ sơ tiếp nhận lúc: ', { text: received, bold: dossierNumber !== null }], margin: [0, 0, 0, 3] },
                { text: `Xác minh lúc: ${DOTS(9)}, ${DOTS(8)}/${DOTS(8)}/${DOTS(12)}` },
              ),
              inHalves(OFFICE_CHECKLIST.slice(0, half).map(untickedLine), OFFICE_CHECKLIST.slice(half).map(untickedLine)),
              { text: `Ý kiến khác: ${DOTS(157)}`, margin: [0, 3, 0, 5] },
              {
                columns: [
                  signature('Cán bộ xác minh', '(Ký, ghi rõ họ tên)', null, 24),
                  signature('Người phê duyệt', '(Ký, ghi rõ họ tên, đóng dấu)', null, 24),
                ],
              },
            ],
          },
        ],
      ],
    },
    layout: FRAMED,
  };
}

function untickedLine(sentence: string): Content {
  return tickLine(false, sentence);
}

function footer({ dossierNumber }: DeclarationPdfFacts, page: number, pages: number): Content {
  return {
    margin: [54, 12, 54, 0],
    fontSize: 8,
    color: GREY,
    columns: [
      { width: '*', text: 'Tài liệu mô phỏng · SIMULATION · không có giá trị pháp lý' },
      { width: 'auto', text: [dossierNumber === null ? '' : `${printed(dossierNumber)} · `, `Trang ${page}/${pages}`] },
    ],
  };
}
