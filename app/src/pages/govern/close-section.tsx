import { vaultAssets } from '@ballast/client';
import { useQuery } from '@tanstack/react-query';
import { useChain } from '../../chain/index.js';
import { formatAmount } from '../../format/index.js';
import { Badge, Button, Card, Muted, Notice, Row, Stack, Table } from '../../ui/index.js';
import { blockers, closingReserve, closingVault, openReserves } from './closing.js';
import { useGovern } from './context.js';

/** Winds up a vault that nobody has a share in. */
export function CloseSection() {
  const { vault, rules } = useGovern();
  const minted = useMintedShares();
  const owed = rules.owedFees({ vault: vault.data, now: vault.chain.now }).shares;
  const obstacles =
    minted === undefined
      ? ['The minted shares are not known yet.']
      : blockers({ names: vault.names, assets: vaultAssets(vault.account) }, minted, owed);
  return (
    <Stack gap="large">
      <Card title="Wind up">
        <Muted>
          A vault closes only when nobody but its locked share owns anything. Pause deposits, and let everybody redeem;
          nobody can make them.
        </Muted>
        {obstacles.length > 0 ? (
          <Notice kind="caution" title="The vault cannot be closed yet">
            <ul>
              {obstacles.map((obstacle) => (
                <li key={obstacle}>{obstacle}</li>
              ))}
            </ul>
          </Notice>
        ) : (
          <Notice kind="info" title="Nobody has a share in this vault">
            Close its reserves one by one, then the vault.
          </Notice>
        )}
        <Muted>
          Close the routes and cancel the queued changes first: the rent of their accounts is lost otherwise.
        </Muted>
        <Reserves isPossible={obstacles.length === 0} />
        <CloseVault />
      </Card>
    </Stack>
  );
}

/** Shares that the token program has minted: owed and locked ones are not among them. */
function useMintedShares(): bigint | undefined {
  const { rpc } = useChain();
  const { view, account } = useGovern().vault;
  const { data } = useQuery({
    queryKey: ['minted shares', view.shareMint, account.totalShares.toString(), account.sequence.toString()],
    queryFn: async () =>
      BigInt((await rpc.getTokenSupply(view.shareMint, { commitment: 'confirmed' }).send()).value.amount),
  });
  return data;
}

function Reserves({ isPossible }: { isPossible: boolean }) {
  const { vault, review } = useGovern();
  const open = openReserves(vault.account);
  return (
    <Table
      caption="Reserves"
      rows={vault.figures.assets}
      rowKey={({ index }) => index}
      columns={[
        { key: 'asset', header: 'Asset', cell: ({ index }) => <strong>{vault.names[index]}</strong>, onPhone: 'title' },
        {
          key: 'left',
          header: 'In the vault',
          isNumber: true,
          cell: ({ balance, decimals }) => formatAmount(balance, decimals),
        },
        {
          key: 'close',
          header: 'Reserve',
          cell: ({ index }) =>
            open.includes(index) ? (
              <Button
                kind="danger"
                size="small"
                disabled={!isPossible}
                aria-label={`Close the reserve of ${vault.names[index]}`}
                onClick={() => review(closingReserve(vault, index))}
              >
                Close
              </Button>
            ) : (
              <Badge>Closed</Badge>
            ),
        },
      ]}
    />
  );
}

function CloseVault() {
  const { vault, review } = useGovern();
  const isEmpty = openReserves(vault.account).length === 0;
  return (
    <Row>
      <Button kind="danger" disabled={!isEmpty} onClick={() => review(closingVault(vault))}>
        Close the vault
      </Button>
      {!isEmpty && <Muted>Once every reserve is closed.</Muted>}
    </Row>
  );
}
