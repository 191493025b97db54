import {
  blockhash,
  compileTransaction,
  generateKeyPairSigner,
  partiallySignTransaction,
  SOLANA_ERROR__JSON_RPC__INVALID_PARAMS,
  SolanaError,
  type Address,
  type Signature,
  type Transaction,
} from '@solana/kit';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { BALLAST_PROGRAM_ADDRESS, instruction, prepare, submit, unsigned, type ClusterRpc } from '../src/index.js';

const LAST_VALID = 100n;
const CONFIRMED = { slot: 7n, err: null, confirmationStatus: 'confirmed' };
const FAILED = { ...CONFIRMED, err: { InstructionError: [0, { Custom: 6000 }] } };

/** A node that answers from here, and counts what is sent. */
class Node {
  sent: string[] = [];
  blockHeight = 1n;
  absoluteSlot = 50n;
  /** The answers to the questions for the status, the last one for ever. */
  statuses: (object | null | Error)[] = [null];
  answerToSending: unknown = undefined;

  private readonly methods: Record<string, (...args: never[]) => unknown> = {
    simulateTransaction: () => ({ value: { err: null, logs: [], unitsConsumed: 1_000n, returnData: null } }),
    getRecentPrioritizationFees: () => [{ slot: 1n, prioritizationFee: 500n }],
    getLatestBlockhash: () => ({
      value: { blockhash: '4uQeVj5tqViQh7yWWGStvkEG1Zmhx6uasJtWCJziofM', lastValidBlockHeight: LAST_VALID },
    }),
    sendTransaction: (bytes: string) => {
      this.sent.push(bytes);
      if (this.answerToSending) {
        throw this.answerToSending;
      }
    },
    getSignatureStatuses: () => {
      const status = this.statuses.length > 1 ? this.statuses.shift() : this.statuses[0];
      if (status instanceof Error) {
        throw status;
      }
      return { value: [status], context: { slot: this.absoluteSlot } };
    },
    getEpochInfo: () => ({ blockHeight: this.blockHeight, absoluteSlot: this.absoluteSlot }),
    getTransaction: () => ({
      meta: { logMessages: [`Program ${BALLAST_PROGRAM_ADDRESS} invoke [1]`], computeUnitsConsumed: 900n, fee: 5_001n },
    }),
  };

  get rpc(): ClusterRpc {
    const call =
      (_: unknown, method: string) =>
      (...args: never[]) => ({
        send: async () => this.methods[method]!(...args),
      });
    return new Proxy({}, { get: call }) as ClusterRpc;
  }
}

const VAULT = '11111111111111111111111111111112' as Address;
const observe = instruction.observe(VAULT);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

it('prepares with the limit, the price and the fee that the simulation and recent blocks tell', async () => {
  const prepared = await prepare(new Node().rpc, await generateKeyPairSigner(), [observe]);
  // 1,200 units at 500 micro-lamports are 0.6 lamports, rounded up.
  expect(prepared.feeLamports).toBe(5_001n);
  expect(prepared.message.instructions).toHaveLength(3);
  expect(prepared.bytes).toBe(Buffer.from(unsigned(prepared), 'base64').length);
});

it('refuses a transaction that is too large', async () => {
  const prices = await Promise.all(Array.from({ length: 40 }, async () => (await generateKeyPairSigner()).address));
  const refresh = instruction.refreshPrices(VAULT, 1, prices);
  const preparing = prepare(new Node().rpc, await generateKeyPairSigner(), [refresh]);
  await expect(preparing).rejects.toMatchObject({ kind: 'TooLarge', message: expect.stringContaining('lookup table') });
});

it('sends the same bytes again until they have landed', async () => {
  const node = new Node();
  node.statuses = [...Array(7).fill(null), { ...CONFIRMED, confirmationStatus: 'processed' }, CONFIRMED];
  const sent = await submitted(node);
  expect(sent).toMatchObject({ slot: 7n, units: 900n, feeLamports: 5_001n });
  expect(node.sent).toHaveLength(2);
  expect(new Set(node.sent).size).toBe(1);
});

it('goes on where the node falls silent for a while', async () => {
  const node = new Node();
  node.statuses = [new Error('offline'), new Error('offline'), CONFIRMED];
  node.answerToSending = new Error('offline');
  expect((await submitted(node)).slot).toBe(7n);
});

it('tells the signature before it sends, and sends nothing where that is refused', async () => {
  const node = new Node();
  node.statuses = [CONFIRMED];
  const prepared = await prepare(node.rpc, await generateKeyPairSigner(), [observe]);
  const told: [Signature, number][] = [];
  const sent = await inFakeTime(submit(node.rpc, prepared, (signature) => told.push([signature, node.sent.length])));
  expect(told).toEqual([[sent.signature, 0]]);
  const refuse = () => {
    throw new Error('too late');
  };
  await expect(inFakeTime(submit(node.rpc, prepared, refuse))).rejects.toThrow('too late');
  expect(node.sent).toHaveLength(1);
});

it('explains a transaction that has landed and failed', async () => {
  const node = new Node();
  node.statuses = [FAILED];
  await expect(submitted(node)).rejects.toMatchObject({ ballast: 'AssetCount', details: { instruction: 0 } });
});

it('gives up once no block can hold the transaction any more', async () => {
  const node = new Node();
  node.blockHeight = LAST_VALID + 1n;
  await expect(submitted(node)).rejects.toMatchObject({ kind: 'Expired' });
});

it('finds a transaction that landed in the last block that could hold it', async () => {
  const node = new Node();
  node.blockHeight = LAST_VALID + 1n;
  node.statuses = [null, CONFIRMED];
  expect((await submitted(node)).slot).toBe(7n);
});

it('says that nobody knows where the cluster stays silent', async () => {
  const node = new Node();
  node.statuses = [new Error('offline')];
  await expect(submitted(node)).rejects.toMatchObject({ kind: 'Unconfirmed' });
});

it('does not wait for a transaction that the node refuses', async () => {
  const node = new Node();
  node.answerToSending = new SolanaError(SOLANA_ERROR__JSON_RPC__INVALID_PARAMS, { __serverMessage: 'bad' });
  await expect(submitted(node)).rejects.toBe(node.answerToSending);
  expect(node.sent).toHaveLength(1);
});

it('sends what a wallet adds guards to, and nothing of another lifetime', async () => {
  const node = new Node();
  node.statuses = [CONFIRMED];
  const signer = await generateKeyPairSigner();
  const guarded = await prepare(node.rpc, signer, [observe, observe]);
  const lifetimeConstraint = { blockhash: blockhash(BALLAST_PROGRAM_ADDRESS), lastValidBlockHeight: LAST_VALID };
  const wallet = (answer: (asked: Transaction) => Transaction) => ({
    address: signer.address,
    modifyAndSignTransactions: async ([asked]: Transaction[]) => [
      { ...asked, ...(await partiallySignTransaction([signer.keyPair], answer(asked!))) },
    ],
  });
  const through = async (answer: (asked: Transaction) => Transaction) =>
    inFakeTime(submit(node.rpc, await prepare(node.rpc, wallet(answer) as never, [observe])));
  const renewed = compileTransaction({ ...guarded.message, lifetimeConstraint });
  await expect(through(() => renewed)).rejects.toMatchObject({ kind: 'Changed' });
  expect(node.sent).toHaveLength(0);
  await through((asked) => asked);
  await through(() => compileTransaction(guarded.message));
  expect(node.sent).toHaveLength(2);
});

it('leaves the sending to wallets that send, and does not call their transactions expired', async () => {
  const node = new Node();
  const { address } = await generateKeyPairSigner();
  const wallet = { address, signAndSendTransactions: async () => [new Uint8Array(64).fill(1)] };
  const prepared = await prepare(node.rpc, wallet as never, [observe]);
  node.statuses = [CONFIRMED];
  const sent = await inFakeTime(submit(node.rpc, prepared));
  expect(sent.signature satisfies Signature).toMatch(/^[1-9A-HJ-NP-Za-km-z]{64,88}$/);
  expect(node.sent).toEqual([]);
  node.statuses = [null];
  node.blockHeight = LAST_VALID + 1n;
  await expect(inFakeTime(submit(node.rpc, prepared))).rejects.toMatchObject({ kind: 'Unconfirmed' });
});

async function submitted(node: Node) {
  return inFakeTime(submit(node.rpc, await prepare(node.rpc, await generateKeyPairSigner(), [observe])));
}

/** Lets the timers run until the promise is settled. */
async function inFakeTime<T>(promise: Promise<T>): Promise<T> {
  let isSettled = false;
  const settled = promise.finally(() => (isSettled = true));
  settled.catch(() => {});
  while (!isSettled) {
    await vi.advanceTimersByTimeAsync(400);
    // Signing is work of its own, which no timer waits for.
    await new Promise((resolve) => setImmediate(resolve));
  }
  return settled;
}
