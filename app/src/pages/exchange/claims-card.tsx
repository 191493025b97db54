import { useEffect } from 'react';
import { Button, Card, Muted, Stack, Table } from '../../ui/index.js';
import { TransactionProgress, useSubmit } from '../../transaction/index.js';
import { titled, tokens } from './summary.js';
import { useClaims } from './use-claims.js';
import type { Exchange } from './use-exchange.js';
import { claim, closeClaims } from './work.js';

/** What the vault owes the connected wallet from redemptions in kind that left something as a claim. Nothing where none is open. */
export function ClaimsCard({ exchange }: { exchange: Exchange }) {
  const { assets, canSign, now, owner, vault, transaction } = exchange;
  const { claims, refresh } = useClaims(vault.address, owner);
  const claiming = useSubmit();
  const confirmed = [transaction.progress, claiming.progress].filter(({ step }) => step === 'confirmed').length;
  useEffect(refresh, [confirmed]);
  if (!claims) {
    // Its outcome stays in sight after the claims have been closed.
    return <TransactionProgress of={claiming} />;
  }
  const owed = claims.amounts.flatMap((amount, asset) => (amount > 0n ? [{ asset, amount }] : []));
  const pay = (places: readonly number[], label: string) =>
    void claiming.submit(claim(titled(label, assets), now, places)).then(refresh);
  const close = () => void claiming.submit(closeClaims({ label: 'Close the claims' }, vault.address)).then(refresh);
  const isDisabled = !canSign || claiming.isBusy;
  return (
    <Stack>
      <Card title="Your claims">
        <Muted>
          {owed.length > 0
            ? 'What redemptions in kind could not pay you. It is yours, no longer part of the vault, and is paid in every state of it.'
            : 'Everything has been paid. Close the claims to get back the SOL that their account holds.'}
        </Muted>
        {owed.length > 0 && (
          <Table
            caption="What the vault owes you"
            columns={[
              {
                key: 'owed',
                header: 'Owed',
                cell: ({ asset, amount }) => tokens(assets, asset, amount),
                onPhone: 'title',
              },
              {
                key: 'pay',
                header: 'Pay out',
                isNumber: true,
                cell: ({ asset, amount }) => (
                  <Button
                    size="small"
                    disabled={isDisabled}
                    onClick={() => pay([asset], `Claim ${tokens(assets, asset, amount)}`)}
                  >
                    Claim
                  </Button>
                ),
              },
            ]}
            rows={owed}
            rowKey={({ asset }) => asset}
          />
        )}
        {owed.length > 1 && (
          <div>
            <Button
              kind="primary"
              disabled={isDisabled}
              onClick={() =>
                pay(
                  owed.map(({ asset }) => asset),
                  'Claim everything',
                )
              }
            >
              Claim everything
            </Button>
          </div>
        )}
        {owed.length === 0 && (
          <div>
            <Button disabled={isDisabled} onClick={close}>
              Close the claims
            </Button>
          </div>
        )}
      </Card>
      <TransactionProgress of={claiming} />
    </Stack>
  );
}
