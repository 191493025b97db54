import { instruction } from '@ballast/client';
import { useState } from 'react';
import { Link } from 'wouter';
import { formatAmount, formatPercentBps, parseAmount } from '../../format/index.js';
import { Address, AmountInput, Button, Card, Facts, Muted, Row, Stack } from '../../ui/index.js';
import { useGovern } from './context.js';
import { sectionPath } from './paths.js';
import { holder } from './roles.js';

const SOL_DECIMALS = 9;

/** What the vault costs its holders, and what pays its keepers. */
export function FundsSection() {
  const { vault } = useGovern();
  return (
    <Stack gap="large">
      <Fees />
      <Fund />
      <Muted>
        Rates and rewards are <Link href={sectionPath(vault.address, 'changes')}>limits</Link>, and who gets the fees is
        a <Link href={sectionPath(vault.address, 'roles')}>role</Link>.
      </Muted>
    </Stack>
  );
}

function Fees() {
  const { vault, rules, review } = useGovern();
  const { limits } = vault.account;
  const recipient = holder(vault.account, 'feeRecipient');
  const owed = rules.owedFees({ vault: vault.data, now: vault.chain.now }).shares;
  const shares = `${formatAmount(owed, vault.figures.shareDecimals)} shares`;
  const collect = (recipient: NonNullable<ReturnType<typeof holder>>) =>
    review({
      work: {
        label: 'Collect the management fees',
        setup: async (signer) => [await instruction.createShareAccount(signer, recipient, vault.view)],
        build: async () => [await instruction.collectFees(vault.view, recipient)],
        summarize: () => 'The fees are collected',
      },
      need: 'anybody',
      consequences: [
        <>
          About {shares} are minted to <Address address={recipient} />, whoever signs. They count as part of all shares
          already: nobody else’s are worth less by it.
        </>,
      ],
    });
  return (
    <Card title="Fees">
      <Facts
        facts={[
          { label: 'Management fee', value: `${formatPercentBps(limits.managementFeeBps)} of all shares a year` },
          {
            label: 'Entry fee',
            value: `${formatPercentBps(limits.entryFeeBps)} of deposits of one asset, left in the vault`,
          },
          {
            label: 'Exit fee',
            value: `${formatPercentBps(limits.exitFeeBps)} of redemptions in one asset, left in the vault`,
          },
          {
            label: 'Recipient',
            value: recipient === null ? 'Nobody: no fee accrues' : <Address address={recipient} />,
          },
          { label: 'Accrued, not collected', value: shares },
        ]}
      />
      <Row>
        <Button disabled={recipient === null || owed === 0n} onClick={() => recipient !== null && collect(recipient)}>
          Collect
        </Button>
      </Row>
    </Card>
  );
}

function Fund() {
  const { vault, review } = useGovern();
  const [text, setText] = useState('');
  const { fund } = vault.figures;
  const amount = parseAmount(text, SOL_DECIMALS);
  const sol = (lamports: bigint) => `${formatAmount(lamports, SOL_DECIMALS)} SOL`;
  const topUp = (lamports: bigint) =>
    review({
      work: {
        label: `Add ${sol(lamports)} to the crank fund`,
        build: async (signer) => [instruction.topUpCrankFund(signer, vault.view, lamports)],
        summarize: () => `${sol(lamports)} added to the crank fund`,
      },
      need: 'anybody',
      onDone: () => setText(''),
      consequences: [
        'The fund pays whoever makes the vault rebalance, by the vault’s limits. Nobody gets it back before the vault is closed; the admin ' +
          'gets it then.',
      ],
    });
  return (
    <Card title="Crank fund">
      <Facts
        facts={[
          { label: 'In the fund', value: sol(fund.lamports) },
          { label: 'For a rebalance', value: fund.rewardLamports === 0n ? 'nothing' : sol(fund.rewardLamports) },
          { label: 'Most a day', value: sol(BigInt(vault.account.limits.maxDailyCrankLamports)) },
          { label: 'Pays the next one', value: fund.isPaying ? 'yes' : 'no' },
          { label: 'Address', value: <Address address={fund.address} /> },
        ]}
      />
      <AmountInput label="Top up" value={text} decimals={SOL_DECIMALS} symbol="SOL" onChange={setText} />
      <Row>
        <Button
          disabled={amount.kind !== 'amount' || amount.amount === 0n}
          onClick={() => amount.kind === 'amount' && topUp(amount.amount)}
        >
          Top up
        </Button>
      </Row>
    </Card>
  );
}
