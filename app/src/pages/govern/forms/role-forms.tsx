import { useState } from 'react';
import type { ChangeRequest } from '../../../rules/types.js';
import { Checkbox, Grid, Stack, TextInput } from '../../../ui/index.js';
import { errorOf, readAddress } from '../inputs.js';
import type { ChangeFormProps } from './form.js';

const ROLE_FIELDS = [
  { key: 'manager', label: 'Manager' },
  { key: 'forecaster', label: 'Forecaster' },
  { key: 'feeRecipient', label: 'Fee recipient' },
] as const;

type RoleKey = (typeof ROLE_FIELDS)[number]['key'];

/** What is wanted of a role. */
type Wanted = { text: string; isNobody: boolean };

const STAYS: Wanted = { text: '', isNobody: false };

/** Other holders of the roles below the guardian’s. */
export function RolesForm({ children }: ChangeFormProps) {
  const [wanted, setWanted] = useState<Record<RoleKey, Wanted>>({
    manager: STAYS,
    forecaster: STAYS,
    feeRecipient: STAYS,
  });
  const set = (key: RoleKey, part: Partial<Wanted>) =>
    setWanted((wanted) => ({ ...wanted, [key]: { ...wanted[key], ...part } }));
  return (
    <Stack>
      <Grid minWidth="18rem">
        {ROLE_FIELDS.map(({ key, label }) => (
          <Stack key={key} gap="small">
            <TextInput
              label={label}
              value={wanted[key].text}
              placeholder="stays as it is"
              isDisabled={wanted[key].isNobody}
              onChange={(text) => set(key, { text })}
              error={wanted[key].isNobody ? undefined : errorOf(readAddress(wanted[key].text))}
            />
            <Checkbox
              label={`${label}: nobody`}
              isChecked={wanted[key].isNobody}
              onChange={(isNobody) => set(key, { isNobody })}
            />
          </Stack>
        ))}
      </Grid>
      {children(requestOf(wanted))}
    </Stack>
  );
}

function requestOf(wanted: Record<RoleKey, Wanted>): ChangeRequest | null {
  const read = ROLE_FIELDS.map(({ key }) => ({ key, ...wanted[key], address: readAddress(wanted[key].text) }));
  if (read.some(({ isNobody, address }) => !isNobody && address.kind === 'error')) {
    return null;
  }
  const changed = read.flatMap(({ key, isNobody, address }) => {
    const given = address.kind === 'value' ? address.value : undefined;
    const holder = isNobody ? null : given;
    return holder === undefined ? [] : [[key, holder] as const];
  });
  return changed.length === 0 ? null : { kind: 'roles', ...Object.fromEntries(changed) };
}

/** Another guardian. */
export function GuardianForm({ children }: ChangeFormProps) {
  const [text, setText] = useState('');
  const address = readAddress(text);
  return (
    <Stack>
      <TextInput label="New guardian" value={text} onChange={setText} error={errorOf(address)} />
      {children(address.kind === 'value' ? { kind: 'guardian', address: address.value } : null)}
    </Stack>
  );
}
