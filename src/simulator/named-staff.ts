import type { StaffProfile } from '../staff/staff.service.ts';

/** The password of all named staff of the simulator. They cannot log in where the desk is off, nor in production. */
export const SIMULATED_PASSWORD = 'mo-phong-2021';

export const GUIDES_OFFICE = '03102';

/** Staff that a person can log in as by hand; all invented. */
export const NAMED_STAFF: readonly (Omit<StaffProfile, 'id'> & { readonly about: string })[] = [
  {
    username: 'canbo.03102',
    fullName: 'Trần Thị Thu Cúc',
    role: 'clerk',
    officeCode: '03102',
    mayApprove: true,
    about: 'clerk, may approve',
  },
  {
    username: 'canbo2.03102',
    fullName: 'Ngô Văn Bình',
    role: 'clerk',
    officeCode: '03102',
    mayApprove: false,
    about: 'clerk, may not approve',
  },
  { username: 'lanhdao.03102', fullName: 'Đỗ Quang Hưng', role: 'supervisor', officeCode: '03102', mayApprove: true, about: 'supervisor' },
  {
    username: 'canbo.03103',
    fullName: 'Phạm Thị Yên',
    role: 'clerk',
    officeCode: '03103',
    mayApprove: true,
    about: 'clerk of another office',
  },
  { username: 'quantri', fullName: 'Lê Minh Quản', role: 'admin', officeCode: null, mayApprove: false, about: 'admin' },
];
