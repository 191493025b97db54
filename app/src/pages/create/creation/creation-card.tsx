import {
  Address,
  Button,
  Card,
  Facts,
  LinkButton,
  Loading,
  Muted,
  Notice,
  Progress,
  Row,
  Skeleton,
  Stack,
} from '../../../ui/index.js';
import type { Rules } from '../../../rules/types.js';
import { vaultPath } from '../../../routes.js';
import { ExportUnsigned, TransactionProgress } from '../../../transaction/index.js';
import { useWallet } from '../../../wallet/index.js';
import type { Creation } from '../storage.js';
import { fileName, isDone, migrateCommand, progressOf, signatures, type Plan } from './plan.js';
import { useCreation, type CreationRun } from './use-creation.js';
import { VaultFile } from './vault-file.js';

type CreationCardProps = {
  creation: Creation;
  rules: Rules;
  /** Keeps what has been begun. */
  setCreation: (creation: Creation) => void;
  clear: () => void;
  /** Goes back to the settings, which then may be changed. */
  onChangeSettings: () => void;
};

/** What creating the vault takes, and how far it has come. */
export function CreationCard({ creation, rules, setCreation, clear, onChangeSettings }: CreationCardProps) {
  const run = useCreation(creation, rules, setCreation);
  const { plan, error, activity } = run;
  if (plan !== undefined && isDone(plan)) {
    return <Created plan={plan} creation={creation} clear={clear} />;
  }
  return (
    <Card title="Creation">
      {error !== undefined && (
        <Notice
          kind="bad"
          title="It cannot go on"
          isLive
          action={
            <Row gap="small">
              <Button size="small" onClick={() => void run.look()}>
                Look again
              </Button>
              <Button size="small" onClick={onChangeSettings}>
                Change the settings
              </Button>
            </Row>
          }
        >
          {error}
        </Notice>
      )}
      {plan === undefined ? (
        error === undefined && <Waiting />
      ) : (
        <Stack>
          <Facts facts={[{ label: 'The vault will be', value: <Address address={plan.vault} /> }]} />
          <Progress label="Steps of the creation" steps={progressOf(plan, activity)} />
          <Actions run={run} plan={plan} creation={creation} />
        </Stack>
      )}
      <TransactionProgress of={run.submit} />
      <Muted>
        Nothing is lost when a signature is rejected, a transaction fails, or this page is closed: each step looks at
        the chain, and does only what is missing.
      </Muted>
    </Card>
  );
}

function Actions({ run, plan, creation }: { run: CreationRun; plan: Plan; creation: Creation }) {
  const { account, signer, choose } = useWallet();
  const isRunning = run.activity === 'looking' || run.activity === 'sending';
  const isBegun = plan.steps.some((step) => step.isDone);
  if (account === creation.admin && signer !== null) {
    return (
      <Row gap="small">
        <Button kind="primary" isBusy={isRunning || run.submit.isBusy} onClick={() => void run.run()}>
          {isBegun ? 'Go on' : 'Create the vault'}
        </Button>
        <Muted>{signatures(plan)}</Muted>
      </Row>
    );
  }
  return (
    <Stack gap="small">
      <Notice kind="info" title="Somebody else signs">
        <p>
          The creator is {creation.admin}. Export the next transaction, have it signed and sent, and look again: what
          comes after it depends on it.
        </p>
      </Notice>
      <Row gap="small">
        {run.next !== undefined && <ExportUnsigned work={run.next} signer={creation.admin} />}
        <Button isBusy={isRunning} onClick={() => void run.look()}>
          Look again
        </Button>
        <Button kind="plain" onClick={choose}>
          Connect that wallet
        </Button>
      </Row>
    </Stack>
  );
}

function Created({ plan, creation, clear }: { plan: Plan; creation: Creation; clear: () => void }) {
  const file = fileName(plan.vault);
  return (
    <Stack gap="large">
      <Card title="The vault is there">
        <Notice kind="good" title="Everything is as its file says" isLive>
          Nobody has deposited yet. The first deposit is the admin’s, of every asset in the proportions of the targets;
          it decides what a share is.
        </Notice>
        <Facts
          facts={[
            { label: 'Vault', value: <Address address={plan.vault} /> },
            { label: 'Admin', value: <Address address={creation.admin} /> },
            ...(plan.lookupTable === null
              ? []
              : [{ label: 'Lookup table', value: <Address address={plan.lookupTable} /> }]),
          ]}
        />
        <Row gap="small">
          <LinkButton kind="primary" href={vaultPath(plan.vault, 'deposit')}>
            Make the first deposit
          </LinkButton>
          <LinkButton href={vaultPath(plan.vault)}>See the vault</LinkButton>
          <Button kind="plain" onClick={clear}>
            Create another
          </Button>
        </Row>
      </Card>
      <Card title="Keep its file">
        <Muted>
          With it, <code>{migrateCommand(file)}</code> checks the vault against its file at any time
          {plan.lookupTable === null && ', and makes its lookup table, with which more fits into a transaction'}. Name
          vault and table in the app’s config.json, so that it knows them by name.
        </Muted>
        <VaultFile toml={creation.toml} name={file} />
      </Card>
    </Stack>
  );
}

function Waiting() {
  return (
    <Stack gap="small">
      <Loading what="what creation takes" />
      <Skeleton height="1.5rem" width="70%" />
      <Skeleton height="1.5rem" width="60%" />
      <Skeleton height="1.5rem" width="65%" />
    </Stack>
  );
}
