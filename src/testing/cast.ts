/** The form as a person fills it in; every value is the text that is sent. */
export type FormFields = Record<string, string>;

/** Who may stand at the counter in a test. */
export interface Sitter {
  readonly form: FormFields;
  /** Whose face is on the photos; undefined = anybody's. */
  readonly persona: string | undefined;
}

const ADDRESS = { provinceCode: '31', districtCode: '304', wardCode: '11359', street: 'Số 12 Đường Mô Phỏng', officeCode: '03102' };
const TICKS = { commitmentAccepted: 'true', dataProcessingAccepted: 'true' };

/**
 * Grown-ups of the simulated registry with a phone of their own, in the order in which a test meets them: for each of them everything
 * matches. Written down here because this room knows the service over HTTP alone; a test holds them equal to the registry's.
 */
export const CAST: Readonly<Record<string, FormFields>> = {
  'huynh-thi-minh': person('0397097379', 'Huỳnh Thị Minh', '031165000123', '0352153000'),
  'vu-thi-hoa': person('0110990032', 'Vũ Thị Hoa', '001179999032', '0352153006'),
  'nguyen-thuy': person('4810990043', 'Nguyễn Thị Thuỷ', '048190999043', '0352153007'),
  'tran-van-hung': person('3109990011', 'Trần Văn Hùng', '031088999011', '0352153004'),
  'bui-thi-sen': person('9610990132', 'Bùi Thị Sen', '096192999132', '0352153015'),
  ti: person('4510990054', 'Tí', '045072999054', '0352153008'),
  'h-hoa-nie': person('6610990065', "H'Hoa Niê", '066195999065', '0352153009'),
};

export function filledIn(form: FormFields): FormFields {
  return { ...ADDRESS, ...TICKS, ...form };
}

/** Somebody invented whom the registry does not know, another one for each serial (0 to 99,999). */
export function stranger(serial: number): Sitter {
  const digits = String(serial).padStart(5, '0');
  return { form: filledIn(person(`79900${digits}`, 'Nguyễn Văn Người Lạ', `0790900${digits}`, `09012${digits}`)), persona: undefined };
}

function person(insuranceNumber: string, fullName: string, idNumber: string, phone: string): FormFields {
  return { insuranceNumber, fullName, idNumber, phone };
}
