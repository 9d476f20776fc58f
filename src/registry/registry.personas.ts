import type { InsuredPerson } from './registry.port.ts';

/** An invented insured person and what a rehearsal with them shows. */
export interface Persona {
  /** Kebab-case name of the persona, stable for tests and scripts. */
  readonly key: string;
  readonly shows: { readonly vi: string; readonly en: string };
  readonly person: InsuredPerson;
}

/**
 * The people of the simulated registry. All are invented; only the first one's number and name are public, being the guide's own
 * example. Some of them hold the cards of the synthetic QR samples.
 */
export const PERSONAS: readonly Persona[] = [
  {
    key: 'huynh-thi-minh',
    shows: { vi: 'Ví dụ trong tài liệu hướng dẫn; mọi thông tin khớp', en: 'The guide’s example; everything matches' },
    person: living('0397097379', 'Huỳnh Thị Minh', '1965-04-12', 'female', '031165000123', '31', '+84352153000'),
  },
  {
    key: 'nguyen-thi-minh-anh',
    shows: {
      vi: 'Sinh viên; có mã QR trên thẻ BHYT và thẻ CCCD mẫu',
      en: 'A student, holder of the sample health-card and ID-card QR codes',
    },
    person: living('0399900123', 'Nguyễn Thị Minh Ánh', '2003-09-15', 'female', '031303999123', '31', '+84352153001'),
  },
  {
    key: 'pham-duc-long',
    shows: { vi: 'Có mã QR trên thẻ CCCD mẫu, chưa từng có CMND', en: 'Holder of a sample ID-card QR code who never had a CMND' },
    person: living('0399900457', 'Phạm Đức Long', '2003-01-02', 'male', '031203999456', '31', '+84352153002'),
  },
  {
    key: 'do-van-tam',
    shows: { vi: 'Người cao tuổi; cơ sở dữ liệu chưa có số điện thoại', en: 'An elderly person without a known phone' },
    person: living('0399900789', 'Đỗ Văn Tám', '1945-01-01', 'male', '031045999789', '31', null),
  },
  {
    key: 'tran-gia-bao',
    shows: {
      vi: 'Trẻ em dưới 14 tuổi: phải đăng ký qua cha, mẹ hoặc người giám hộ',
      en: 'A child under 14, who registers through a parent or guardian',
    },
    person: living('3199900456', 'Trần Gia Bảo', '2017-11-20', 'male', '031217999456', '31', null),
  },
  {
    key: 'tran-van-hung',
    shows: { vi: 'Cha của Trần Gia Bảo', en: 'Father of Trần Gia Bảo' },
    person: living('3109990011', 'Trần Văn Hùng', '1988-06-30', 'male', '031088999011', '31', '+84352153004'),
  },
  {
    key: 'le-van-phuc',
    shows: { vi: 'Đã mất: không được cấp tài khoản', en: 'Deceased: no account may be issued' },
    person: { ...living('0110990021', 'Lê Văn Phúc', '1938-02-08', 'male', '001038999021', '01', null), diedOn: '2020-12-05' },
  },
  {
    key: 'vu-thi-hoa',
    shows: { vi: 'Kê khai “Hóa” hay “Hoà” thì chỉ khác dấu', en: 'Declared as Hóa or Hoà, the name differs in diacritics only' },
    person: living('0110990032', 'Vũ Thị Hoa', '1979-10-25', 'female', '001179999032', '01', '+84352153006'),
  },
  {
    key: 'nguyen-thuy',
    shows: { vi: 'Kê khai “Thủy” vẫn khớp với “Thuỷ”', en: 'Declared as Thủy, the name still equals Thuỷ' },
    person: living('4810990043', 'Nguyễn Thị Thuỷ', '1990-03-17', 'female', '048190999043', '48', '+84352153007'),
  },
  {
    key: 'ti',
    shows: { vi: 'Tên chỉ có một chữ', en: 'A name of one word' },
    person: living('4510990054', 'Tí', '1972-08-09', 'male', '045072999054', '45', '+84352153008'),
  },
  {
    key: 'h-hoa-nie',
    shows: { vi: 'Tên người dân tộc thiểu số có dấu nháy', en: 'A minority name with an apostrophe' },
    person: living('6610990065', "H'Hoa Niê", '1995-12-01', 'female', '066195999065', '66', '+84352153009'),
  },
  {
    key: 'y-moan-kpa',
    shows: { vi: 'Tên người dân tộc thiểu số có gạch nối', en: 'A minority name with a hyphen' },
    person: living('6610990076', 'Y-Moan Kpă', '1984-05-19', 'male', '066084999076', '66', '+84352153010'),
  },
  {
    key: 'cong-tang-ton-nu',
    shows: { vi: 'Họ và tên rất dài', en: 'A very long name' },
    person: living(
      '4610990087',
      'Công Tằng Tôn Nữ Nguyễn Hoàng Phương Thảo Quỳnh Như Ngọc Anh',
      '1998-07-07',
      'female',
      '046198999087',
      '46',
      '+84352153011',
    ),
  },
  {
    key: 'maria-lindberg',
    shows: { vi: 'Người nước ngoài, dùng hộ chiếu', en: 'A foreigner with a passport' },
    person: living('7916990098', 'Maria Lindberg', '1986-11-11', 'female', 'XA1234567', '79', '+84352153012'),
  },
  {
    key: 'dinh-ngoc-lan',
    shows: { vi: 'Chị em sinh đôi: cùng họ, cùng ngày sinh với Đinh Ngọc Liên', en: 'Twin sister of Đinh Ngọc Liên' },
    person: living('9210990109', 'Đinh Ngọc Lan', '2001-04-30', 'female', '092301999109', '92', '+84352153013'),
  },
  {
    key: 'dinh-ngoc-lien',
    shows: { vi: 'Chị em sinh đôi: dùng chung số điện thoại với Đinh Ngọc Lan', en: 'Twin sister of Đinh Ngọc Lan, sharing her phone' },
    person: living('9210990110', 'Đinh Ngọc Liên', '2001-04-30', 'female', '092301999110', '92', '+84352153013'),
  },
  {
    key: 'hoang-van-nam',
    shows: { vi: 'Chỉ có CMND 9 số', en: 'Holds only the nine-digit CMND' },
    person: living('2010990121', 'Hoàng Văn Nam', '1969-09-02', 'male', '080999121', '20', '+84352153014'),
  },
  {
    key: 'bui-thi-sen',
    shows: { vi: 'Ở tỉnh khác, nộp hồ sơ ở bất kỳ đâu', en: 'Lives in another province and may file anywhere' },
    person: living('9610990132', 'Bùi Thị Sen', '1992-01-28', 'female', '096192999132', '96', '+84352153015'),
  },
  {
    key: 'nguyen-van-an',
    shows: {
      vi: 'Trùng họ tên và ngày sinh với một người ở tỉnh khác',
      en: 'Shares name and birth date with somebody of another province',
    },
    person: living('0110990143', 'Nguyễn Văn An', '1980-05-05', 'male', '001080999143', '01', '+84352153016'),
  },
  {
    key: 'nguyen-van-an-sai-gon',
    shows: { vi: 'Người thứ hai cùng họ tên và ngày sinh', en: 'The second person of that name and birth date' },
    person: living('7910990154', 'Nguyễn Văn An', '1980-05-05', 'male', '079080999154', '79', '+84352153017'),
  },
  {
    key: 'dao-thi-bien',
    shows: { vi: 'Ở huyện đảo không có xã', en: 'Lives in an island district, which has no ward' },
    person: living('3110990165', 'Đào Thị Biển', '1991-06-08', 'female', '031191999165', '31', '+84352153018'),
  },
  {
    key: 'luong-van-coi',
    shows: {
      vi: 'Cơ sở dữ liệu còn số CMND cũ, nay đã có CCCD: phải làm TK1-TS trước',
      en: 'Known by the old CMND, holds a CCCD by now: the data must be corrected first',
    },
    person: living('2010990176', 'Lương Văn Cói', '1975-03-03', 'male', '080999176', '20', '+84352153019'),
  },
  {
    key: 'nguyen-thi-vien-xu',
    shows: { vi: 'Người Việt Nam ở nước ngoài, dùng hộ chiếu', en: 'A Vietnamese living abroad, with a Vietnamese passport' },
    person: living('0110990187', 'Nguyễn Thị Viễn Xứ', '1983-12-24', 'female', 'Z9900187', '01', '+84352153020'),
  },
];

function living(
  insuranceNumber: string,
  fullName: string,
  dateOfBirth: string,
  sex: InsuredPerson['sex'],
  idNumber: string,
  provinceCode: string,
  phone: string | null,
): InsuredPerson {
  return { insuranceNumber, fullName, dateOfBirth, sex, idNumber, provinceCode, phone, diedOn: null };
}
