import { RulesError, type Rules } from '../../../rules/index.js';
import { effects } from './extensions.js';
import type { MintAccount } from './mint.js';

/** Why a vault would refuse the mint, sentence by sentence; `undefined` where it would not. The program's own rule decides. */
export function refusalOf(mint: MintAccount, rules: Pick<Rules, 'mint'>): string[] | undefined {
  switch (mint.kind) {
    case 'missing':
      return ['There is no such account on this cluster: check the address, and the cluster.'];
    case 'other':
      return [`The account is no mint; it belongs to ${mint.owner}.`];
    case 'mint':
      try {
        rules.mint({ account: mint.account });
        return undefined;
      } catch (error) {
        if (error instanceof RulesError) {
          return [`${error.message}.`, ...effects(mint.extensions)];
        }
        throw error;
      }
  }
}
