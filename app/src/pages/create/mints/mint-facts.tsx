import { Button, Loading, Notice, Skeleton } from '../../../ui/index.js';
import type { Rules } from '../../../rules/types.js';
import { tokenProgramName, type MintAccount } from './mint.js';
import { refusalOf } from './refusal.js';
import { useMint } from './use-mint.js';
import styles from './mints.module.css';

type MintFactsProps = {
  /** The mint's address; nothing is shown where it is none. */
  mint: string;
  rules: Rules;
};

/** What the chain says of a mint: decimals, token program, and why a vault would refuse it. */
export function MintFacts({ mint, rules }: MintFactsProps) {
  const result = useMint(mint);
  switch (result.status) {
    case 'none':
      return null;
    case 'loading':
      return (
        <div>
          <Loading what="the mint" />
          <Skeleton width="12rem" />
        </div>
      );
    case 'error':
      return (
        <Notice
          kind="caution"
          title="The mint cannot be read"
          action={
            <Button size="small" onClick={result.retry}>
              Try again
            </Button>
          }
        >
          {result.error}
        </Notice>
      );
    case 'ready':
      return <Facts mint={result.mint} rules={rules} />;
  }
}

function Facts({ mint, rules }: { mint: MintAccount; rules: Rules }) {
  const refusal = refusalOf(mint, rules);
  return (
    <>
      {mint.kind === 'mint' && (
        <div className={styles.facts}>
          {tokenProgramName(mint.tokenProgram)}, {mint.decimals} decimals
          {mint.canBeFrozen && '. Its issuer can freeze accounts; redemptions in kind can then leave it out'}
        </div>
      )}
      {refusal !== undefined && (
        <Notice kind="bad" title="A vault cannot hold this token" isLive>
          {refusal.map((sentence) => (
            <p key={sentence}>{sentence}</p>
          ))}
        </Notice>
      )}
    </>
  );
}
