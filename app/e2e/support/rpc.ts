/** A cluster's JSON-RPC, as the tests ask it: past the app and its client. */
export class Rpc {
  constructor(private readonly url: string) {}

  /** The result of a method; its error is thrown. */
  async call<T>(method: string, ...params: unknown[]): Promise<T> {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(this.url, { method: 'POST', headers, body });
    const { result, error } = (await answer.json()) as { result: T; error?: { message: string } };
    if (error) {
      throw new Error(`${method}: ${error.message}`);
    }
    return result;
  }

  /** An account's bytes; `undefined` where there is none. */
  async data(address: string): Promise<Buffer | undefined> {
    const options = { encoding: 'base64', commitment: 'confirmed' };
    const found = await this.call<{ value: { data: [string, string] } | null }>('getAccountInfo', address, options);
    return found.value ? Buffer.from(found.value.data[0], 'base64') : undefined;
  }

  /** The cluster's time, seconds since 1970. */
  async now(): Promise<number> {
    const clock = await this.data('SysvarC1ock11111111111111111111111111111111');
    // Behind the slot, the epoch's start, the epoch, and the leader schedule's epoch.
    return Number(clock!.readBigInt64LE(32));
  }

  /** What an owner has of a mint, in raw units. */
  async tokens(owner: string, mint: string): Promise<bigint> {
    type Accounts = {
      value: { account: { data: { parsed: { info: { tokenAmount: { amount: string } } } } } }[];
    };
    const options = { encoding: 'jsonParsed', commitment: 'confirmed' };
    const { value } = await this.call<Accounts>('getTokenAccountsByOwner', owner, { mint }, options);
    return value.reduce((sum, { account }) => sum + BigInt(account.data.parsed.info.tokenAmount.amount), 0n);
  }
}
