import { isIPv6 } from 'node:net';

const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;
const HALF = 4;

/**
 * What counts as one address: an IPv4 address, or the first 64 bits of an IPv6 address, since whoever has one of these has 2^64 to
 * choose from.
 */
export function addressBlock(address: string): string {
  const mapped = MAPPED.exec(address);
  if (mapped) return mapped[1]!;
  const [plain = ''] = address.split('%');
  if (!isIPv6(plain)) return address;
  const [head = '', tail] = plain.toLowerCase().split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : 2 * HALF - before.length - after.length;
  const groups = [...before, ...Array.from({ length: Math.max(0, zeros) }, () => '0'), ...after];
  return `${groups
    .slice(0, HALF)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}
