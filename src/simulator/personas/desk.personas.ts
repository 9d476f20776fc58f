import type { Persona } from '../../registry/registry.personas.ts';
import type { InsuredPerson } from '../../registry/registry.port.ts';

/** What somebody writes into the form that the registry does not hold, or holds otherwise. */
type Declared = Pick<InsuredPerson, 'insuranceNumber' | 'fullName' | 'idNumber'>;

/** Somebody who declares something else than the registry holds of a persona. */
export interface Variation {
  readonly key: string;
  /** The registry's persona who stands behind it: the person on the photos unless said otherwise. */
  readonly of: string;
  readonly shows: Persona['shows'];
  readonly declares: Partial<Declared>;
  /** E.164, where the declared one is not the persona's. */
  readonly phone?: string;
  /** District, where the persona does not live in the first of the province. */
  readonly districtCode?: string;
}

/** Personas of the registry whom the desk lets live or write in a way of their own. */
export const VARIATIONS: readonly Variation[] = [
  {
    key: 'vu-thi-hoa-sai-dau',
    of: 'vu-thi-hoa',
    shows: { vi: 'Kê khai tên khác dấu: “Hóa” thay vì “Hoa”', en: 'Declares the name with other diacritics: Hóa for Hoa' },
    declares: { fullName: 'Vũ Thị Hóa' },
  },
  {
    key: 'nguyen-thuy-dat-dau-khac',
    of: 'nguyen-thuy',
    shows: { vi: 'Đặt dấu thanh theo kiểu khác, vẫn khớp', en: 'Places the tone mark the other way, and still matches' },
    declares: { fullName: 'Nguyễn Thị Thủy' },
  },
  {
    key: 'bui-thi-sen-nham-ten',
    of: 'bui-thi-sen',
    shows: { vi: 'Kê khai họ tên khác với cơ sở dữ liệu', en: 'Declares another name than the registry holds' },
    declares: { fullName: 'Bùi Thị Hoa Sen' },
  },
  {
    key: 'hoang-van-nam-nham-giay-to',
    of: 'hoang-van-nam',
    shows: { vi: 'Kê khai số giấy tờ khác với cơ sở dữ liệu', en: 'Declares another ID number than the registry holds' },
    declares: { idNumber: '080999212' },
  },
  {
    key: 'luong-van-coi-cccd',
    of: 'luong-van-coi',
    shows: { vi: 'Kê khai CCCD mới, cơ sở dữ liệu còn CMND', en: 'Declares the new CCCD where the registry holds the CMND' },
    declares: { idNumber: '020075999176' },
  },
  {
    key: 'mao-danh-pham-duc-long',
    of: 'pham-duc-long',
    shows: {
      vi: 'Người khác kê khai thay, với số điện thoại của mình: bị từ chối “không phải do người này nộp”',
      en: 'Somebody else files with these data and an own phone: rejected as not filed by this person',
    },
    declares: {},
    phone: '+84352153091',
  },
  {
    key: 'go-nham-ma-so',
    of: 'tran-van-hung',
    shows: { vi: 'Gõ nhầm mã số của người khác', en: 'Types somebody else’s insurance number by mistake' },
    declares: { insuranceNumber: '9610990132' },
    phone: '+84352153092',
  },
  {
    key: 'nguoi-la',
    of: 'tran-van-hung',
    shows: { vi: 'Mã số không có trong cơ sở dữ liệu', en: 'A number that the registry does not hold' },
    declares: { insuranceNumber: '0009990198', fullName: 'Nguyễn Văn Người Lạ', idNumber: '031088999198' },
    phone: '+84352153093',
  },
];

/** Who lives elsewhere than in the first district of the province. */
export const DISTRICTS: Readonly<Record<string, string>> = {
  // The guide's own example lives in Hà Nội and chooses an office in Hải Phòng.
  'huynh-thi-minh': '001',
  // Bạch Long Vĩ, one of the five island districts without a ward.
  'dao-thi-bien': '318',
  'nguyen-thi-minh-anh': '304',
};

/** Who chooses another office than the nearest. */
export const OFFICES: Readonly<Record<string, string>> = { 'huynh-thi-minh': '03102', 'bui-thi-sen': '03102' };
