import { isAddress } from '@solana/kit';
import { useWallet } from '../../../wallet/index.js';
import { Button, Card, Checkbox, Muted, Notice, Stack, TextInput } from '../../../ui/index.js';
import { ROLE_PARAMETERS } from '../checks.js';
import { withOverride, withRoles, type DraftRoles } from '../draft.js';
import { profileGroups } from '../parameters/catalogue.js';
import { useDocumentation } from '../parameters/use-documentation.js';
import { ParameterField } from '../parameters/parameter-field.js';
import { useRanges } from '../parameters/use-ranges.js';
import styles from './steps.module.css';
import { problemAt, type StepProps } from './types.js';

type RoleField = { role: 'manager' | 'forecaster' | 'feeRecipient'; path: string; label: string; hint: string };

const OPTIONAL_ROLES: readonly RoleField[] = [
  {
    role: 'manager',
    path: 'deployment.manager',
    label: 'Manager',
    hint: 'May move the targets, no faster than the limit on ramps; nothing else.',
  },
  {
    role: 'forecaster',
    path: 'deployment.forecaster',
    label: 'Forecaster',
    hint: 'May post forecasts of volatility, which widen or narrow bands within bounds. Of use only with a forecast band.',
  },
  {
    role: 'feeRecipient',
    path: 'deployment.fee_recipient',
    label: 'Fee recipient',
    hint: 'Gets the management fee, in new shares. Without one the fee is not taken.',
  },
];

/** Who may do what, how long loosening waits, and what it costs. */
export function RolesStep({ draft, update, problems, rules, profiles }: StepProps) {
  const { account } = useWallet();
  const words = useDocumentation();
  const setRoles = (roles: Partial<DraftRoles>) => update((now) => withRoles(now, roles));
  const parameters = profileGroups(profiles[draft.profile], draft.assets.length)
    .flatMap((group) => group.parameters)
    .filter(({ path }) => ROLE_PARAMETERS.includes(path));
  const ranges = useRanges(draft, rules, parameters);
  const isOwnGuardian = account !== null && draft.roles.guardian.trim() === account;
  return (
    <Stack gap="large">
      <Card title="Roles">
        <Muted>
          The admin is whoever creates the vault: the connected wallet, or a multisig that you name in the last step.
          What the admin loosens waits for the timelock; nobody can take the money, or stop redemptions in kind.
        </Muted>
        <TextInput
          label="Guardian"
          value={draft.roles.guardian}
          onChange={(guardian) => setRoles({ guardian })}
          hint="May pause, tighten limits and cancel queued changes, at once. May not move or loosen anything."
          error={problemAt(problems, 'deployment.guardian')}
          aside={
            account !== null && (
              <Button kind="plain" size="small" onClick={() => setRoles({ guardian: account })}>
                My own address
              </Button>
            )
          }
        />
        {isOwnGuardian && (
          <Notice kind="caution" title="The admin would watch over itself">
            <Stack gap="small">
              <p>
                The guardian is there to cancel what a stolen admin key has queued, while the timelock runs. Where one
                key holds both roles, whoever steals it has no one against them.
              </p>
              <Checkbox
                label="One key may hold both roles, such as on a test cluster"
                isChecked={draft.roles.isOwnGuardian}
                onChange={(isChecked) => setRoles({ isOwnGuardian: isChecked })}
              />
            </Stack>
          </Notice>
        )}
        <div className={styles.fields}>
          {OPTIONAL_ROLES.map(({ role, path, label, hint }) => (
            <TextInput
              key={role}
              label={`${label} (optional)`}
              value={draft.roles[role]}
              onChange={(holder) => setRoles({ [role]: holder })}
              hint={hint}
              error={problemAt(problems, path) ?? notAnAddress(draft.roles[role])}
            />
          ))}
        </div>
      </Card>
      <Card title="Timelock and fees">
        <div className={styles.fields}>
          {parameters.map((parameter) => (
            <ParameterField
              key={parameter.path}
              draft={draft}
              parameter={parameter}
              words={words.get(parameter.path)}
              range={ranges.get(parameter.path)}
              problem={problemAt(problems, parameter.path)}
              onChange={(text) => update((now) => withOverride(now, parameter.path, text))}
            />
          ))}
        </div>
      </Card>
    </Stack>
  );
}

function notAnAddress(text: string): string | undefined {
  return text.trim() === '' || isAddress(text.trim())
    ? undefined
    : 'This is not an address; leave it empty for nobody.';
}
