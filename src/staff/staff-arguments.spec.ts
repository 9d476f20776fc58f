import { describe, expect, it } from '@jest/globals';
import { BadArguments, readNewcomer } from './staff-arguments.ts';

const ADMIN = ['create', '--username', 'quantri1', '--full-name', 'Lê Thị Quản', '--role', 'admin'];
const CLERK = ['create', '--username', 'canbo.03102', '--full-name', 'Mai Thị Cán', '--role', 'clerk'];

function faultsOf(args: string[]): string[] {
  try {
    readNewcomer(args);
  } catch (fault) {
    if (fault instanceof BadArguments) return fault.message.split('\n');
    throw fault;
  }
  return [];
}

describe('the arguments of `staff create`', () => {
  it('make an admin, who belongs to no office', () => {
    expect(readNewcomer(ADMIN)).toEqual({
      username: 'quantri1',
      fullName: 'Lê Thị Quản',
      role: 'admin',
      officeCode: null,
      mayApprove: false,
    });
  });

  it('make a clerk of an office, named for approving only when they say so', () => {
    expect(readNewcomer([...CLERK, '--office', '03102'])).toMatchObject({ officeCode: '03102', mayApprove: false });
    expect(readNewcomer([...CLERK, '--office', '03102', '--may-approve'])).toMatchObject({ officeCode: '03102', mayApprove: true });
  });

  it('take a name in any spelling of its letters', () => {
    const decomposed = ADMIN.map((argument) => argument.normalize('NFD'));
    expect(readNewcomer(decomposed).fullName).toBe('Lê Thị Quản');
  });

  it.each([
    ['nothing at all', [], ['create', '--username', '--full-name', '--role']],
    ['another verb', ['delete', ...ADMIN.slice(1)], ['create']],
    [
      'an admin of an office who may approve',
      [...ADMIN, '--office', '03102', '--may-approve'],
      ['--office: an admin', '--may-approve: an admin'],
    ],
    ['a clerk of no office', CLERK, ['--office: a clerk']],
    ['a username with capitals', ['create', '--username', 'Mai', ...ADMIN.slice(3)], ['--username']],
    ['a name with digits', [...ADMIN.slice(0, 4), 'Mai 2', ...ADMIN.slice(5)], ['--full-name']],
    ['an unknown role', [...ADMIN.slice(0, 6), 'boss'], ['--role']],
    ['an unknown option', [...ADMIN, '--nickname', 'mai'], ['--nickname']],
    ['a password among the arguments, where others could read it', [...ADMIN, '--password', 'secret'], ['--password']],
  ])('refuse %s, and name every fault', (_what, args, faults) => {
    expect(faultsOf(args)).toEqual(faults.map((fault) => expect.stringContaining(fault)));
  });
});
