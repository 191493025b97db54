import type { Address, Base64EncodedDataResponse, Rpc, SolanaRpcApi } from '@solana/kit';
import { RulesError, type AccountData, type Rules } from '../../../rules/index.js';
import type { Creation } from '../storage.js';
import type { Plan } from './plan.js';

/** Each look at accounts can name further ones: reserves are known by mints, routes by the vault. */
const MOST_LOOKS = 8;
/** As many as nodes answer at once. */
const MOST_AT_ONCE = 100;

type PlanRules = Pick<Rules, 'deployment'>;

/** What creating the vault still takes, as the cluster is now. */
export async function readPlan(rules: PlanRules, rpc: Rpc<SolanaRpcApi>, creation: Creation): Promise<Plan> {
  try {
    return await look(rules, rpc, creation, creation.lookupTable === undefined ? undefined : await recentSlot(rpc));
  } catch (error) {
    if (!(error instanceof RulesError) || creation.lookupTable !== undefined) {
      throw error;
    }
    // Large baskets need a lookup table first. Where that is not what is wrong, the same error comes again.
    return look(rules, rpc, creation, await recentSlot(rpc));
  }
}

async function look(
  rules: PlanRules,
  rpc: Rpc<SolanaRpcApi>,
  { toml, admin, lookupTable }: Creation,
  slot: bigint | undefined,
): Promise<Plan> {
  const accounts: Record<Address, AccountData> = {};
  for (let looks = 0; looks < MOST_LOOKS; looks += 1) {
    const plan = rules.deployment({
      toml,
      admin,
      accounts,
      ...(slot !== undefined && { recentSlot: slot }),
      ...(lookupTable !== undefined && { lookupTable }),
    });
    if ('steps' in plan) {
      return plan;
    }
    Object.assign(accounts, await fetchAccounts(rpc, plan.wanted));
  }
  throw new Error('the accounts of this vault name ever more accounts; this is a mistake of the app');
}

async function fetchAccounts(
  rpc: Rpc<SolanaRpcApi>,
  wanted: readonly Address[],
): Promise<Record<Address, AccountData>> {
  const found: Record<Address, AccountData> = {};
  for (let from = 0; from < wanted.length; from += MOST_AT_ONCE) {
    const addresses = wanted.slice(from, from + MOST_AT_ONCE);
    const { value } = await rpc.getMultipleAccounts(addresses, { commitment: 'confirmed', encoding: 'base64' }).send();
    addresses.forEach((address, index) => (found[address] = accountData(value[index] ?? null)));
  }
  return found;
}

type NodeAccount = { owner: Address; lamports: bigint; data: Base64EncodedDataResponse };

function accountData(account: NodeAccount | null): AccountData {
  return account && { owner: account.owner, lamports: account.lamports, data: account.data[0] };
}

/** A slot that the chain remembers: a new lookup table's address is made with one. */
async function recentSlot(rpc: Rpc<SolanaRpcApi>): Promise<bigint> {
  return rpc.getSlot({ commitment: 'finalized' }).send();
}
