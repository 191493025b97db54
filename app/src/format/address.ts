/** An address or signature, shortened to what people compare: `7xKX…sAsU`. */
export function shortAddress(address: string): string {
  return address.length <= 10 ? address : `${address.slice(0, 4)}…${address.slice(-4)}`;
}
