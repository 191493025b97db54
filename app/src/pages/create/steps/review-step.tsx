import { useEffect } from 'react';
import { address as derived } from '@ballast/client';
import type { Address as AddressText, Rpc, SolanaRpcApi } from '@solana/kit';
import { useQuery } from '@tanstack/react-query';
import { useChain } from '../../../chain/index.js';
import { useConfig } from '../../../config-context.js';
import { Address, Badge, Button, Card, Facts, Muted, Notice, Stack, TextInput } from '../../../ui/index.js';
import { useWallet } from '../../../wallet/index.js';
import { VaultFile } from '../creation/vault-file.js';
import type { DraftProblem } from '../checks.js';
import { STEPS, type Draft, type Step } from '../draft.js';
import { profileGroups } from '../parameters/catalogue.js';
import { isChanged } from '../parameters/parameter-field.js';
import type { Judgement } from '../use-judgement.js';
import { TITLES } from '../wizard.js';
import styles from './steps.module.css';
import { problemAt, type StepProps } from './types.js';

/** How many of the creator's vaults to look through for a free number. */
const NUMBERS = 20;

type ReviewStepProps = StepProps & { judgement: Judgement; goTo: (step: Step) => void };

/** The whole vault once more, and as a file. */
export function ReviewStep({ draft, update, profiles, judgement, goTo }: ReviewStepProps) {
  const { problems, toml } = judgement;
  return (
    <Stack gap="large">
      {problems.length > 0 && <Problems problems={problems} goTo={goTo} />}
      <Card title="The vault">
        <Summary {...{ draft, profiles, goTo }} />
        <VaultNumber
          draft={draft}
          problem={problemAt(problems, 'deployment.vault_id')}
          onChange={(vaultId) => update((now) => ({ ...now, vaultId }))}
        />
      </Card>
      <Card title="As a file">
        <Muted>
          The same as <code>vault.toml</code>: the command line creates the vault from it, the backtester replays it,
          and this page can start from it.
        </Muted>
        {toml === undefined ? (
          <Muted>There is no file before every weight and number is there.</Muted>
        ) : (
          <VaultFile toml={toml} />
        )}
      </Card>
    </Stack>
  );
}

function Problems({ problems, goTo }: { problems: readonly DraftProblem[]; goTo: (step: Step) => void }) {
  const steps = STEPS.filter((step) => problems.some((problem) => problem.step === step));
  return (
    <Notice kind="bad" title="Before this vault can be created" isLive>
      <div className={styles.problems}>
        {steps.map((step) => (
          <div key={step}>
            <Button kind="plain" size="small" onClick={() => goTo(step)}>
              {TITLES[step]}
            </Button>
            <ul>
              {problems
                .filter((problem) => problem.step === step)
                .map(({ path, message }) => (
                  <li key={path + message}>{message}</li>
                ))}
            </ul>
          </div>
        ))}
      </div>
    </Notice>
  );
}

function Summary({ draft, profiles, goTo }: Pick<ReviewStepProps, 'draft' | 'profiles' | 'goTo'>) {
  const { assets, profile, roles, pools, shocks } = draft;
  const groups = profileGroups(profiles[profile], assets.length);
  const changed = groups.flatMap(({ parameters }) => parameters.filter((parameter) => isChanged(draft, parameter)));
  const holder = (text: string) => (text.trim() === '' ? 'nobody' : <Address address={text.trim()} />);
  const edit = (step: Step, name: string) => (
    <>
      {name}{' '}
      <Button kind="plain" size="small" aria-label={`Change: ${name}`} onClick={() => goTo(step)}>
        change
      </Button>
    </>
  );
  return (
    <Facts
      facts={[
        {
          label: edit('targets', 'Targets'),
          value: assets.map(({ symbol, target }) => `${symbol} ${target} %`).join(', '),
        },
        {
          label: edit('strategy', 'Profile'),
          value: (
            <>
              {profile} {changed.length > 0 && <Badge tone="accent">{changed.length} parameters changed</Badge>}
            </>
          ),
        },
        { label: 'Stress test', value: shocks.length === 0 ? 'none' : `${shocks.length} bad days` },
        { label: edit('roles', 'Guardian'), value: holder(roles.guardian) },
        { label: 'Manager', value: holder(roles.manager) },
        { label: 'Forecaster', value: holder(roles.forecaster) },
        { label: 'Fee recipient', value: holder(roles.feeRecipient) },
        { label: edit('routes', 'Pools'), value: pools.length === 0 ? 'none: it would never trade' : pools.length },
      ]}
    />
  );
}

type VaultNumberProps = { draft: Draft; problem: string | undefined; onChange: (vaultId: string) => void };

/** The creator's number for the vault: the first that is free, unless somebody wants another. */
function VaultNumber({ draft, problem, onChange }: VaultNumberProps) {
  const { account } = useWallet();
  const { rpc } = useChain();
  const { rpcUrl } = useConfig();
  const { data: free } = useQuery({
    queryKey: ['free vault number', rpcUrl, account],
    queryFn: () => (account === null ? null : firstFreeNumber(rpc, account)),
    staleTime: 0,
  });
  const isUnset = draft.vaultId === '';
  useEffect(() => {
    if (isUnset && free != null) {
      onChange(free.toString());
    }
  }, [isUnset, free, onChange]);
  return (
    <TextInput
      label="Number of the vault"
      value={draft.vaultId}
      inputMode="numeric"
      error={problem}
      onChange={(vaultId) => onChange(vaultId.trim())}
      hint={
        free == null
          ? 'Your own number for each of your vaults: its address is made of it and of your address.'
          : `Your own number for each of your vaults. The first free one of the connected wallet is ${free}.`
      }
    />
  );
}

async function firstFreeNumber(rpc: Rpc<SolanaRpcApi>, creator: AddressText): Promise<number | null> {
  const vaults = await Promise.all(
    Array.from({ length: NUMBERS }, (_, number) => derived.vault(creator, BigInt(number))),
  );
  const { value } = await rpc.getMultipleAccounts(vaults, { commitment: 'confirmed', encoding: 'base64' }).send();
  const free = value.findIndex((account) => account === null);
  return free === -1 ? null : free;
}
