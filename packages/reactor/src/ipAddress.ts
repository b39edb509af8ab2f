/**
 * Literal IP addresses, told from names.
 *
 * @twisted twisted.internet.abstract.isIPAddress, isIPv6Address
 *
 * Strict, as `inet_pton`: no abbreviations, no leading zeros, no blanks. An IPv6 address may carry a scope (`fe80::1%eth0`).
 */
const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;
const GROUP = /^[\da-f]{1,4}$/i;

/** Whether `text` is a literal IPv4 address, for example `192.0.2.1`. */
export function isIPv4Address(text: string): boolean {
  return IPV4.test(text);
}

/** Whether `text` is a literal IPv6 address, for example `::1`, `::ffff:192.0.2.1` or `fe80::1%eth0`. */
export function isIPv6Address(text: string): boolean {
  const percent = text.indexOf('%');
  const address = percent === -1 ? text : text.slice(0, percent);
  if (percent !== -1 && percent === text.length - 1) return false;
  const halves = address.split('::');
  if (halves.length > 2) return false;
  let count = 0;
  for (const [i, half] of halves.entries()) {
    const groups = half === '' ? [] : half.split(':');
    for (const [j, group] of groups.entries()) {
      const isLast = i === halves.length - 1 && j === groups.length - 1;
      if (isLast && isIPv4Address(group)) count += 2;
      else if (GROUP.test(group)) count += 1;
      else return false;
    }
  }
  // `::` stands for at least one group of zeros.
  return halves.length === 2 ? count <= 7 : count === 8;
}

/** Whether `text` is a literal IP address of either family. */
export function isIPAddress(text: string): boolean {
  return isIPv4Address(text) || isIPv6Address(text);
}
