import { useState } from 'react';
import { Field, Muted, Stack, TextInput } from '../../../ui/index.js';
import styles from '../govern.module.css';
import type { ChangeFormProps } from './form.js';

/** What is longer is cut here, and still too long for the rules, which say so. */
const MOST_BYTES = 1_000_000;

/** A strategy or stress test out of a vault file, which is chosen or pasted. */
export function FileForm({ kind, children }: ChangeFormProps & { kind: 'strategy' | 'stress' }) {
  const [text, setText] = useState('');
  const what = kind === 'strategy' ? 'Strategy, bounds and bands' : 'The stress test';
  return (
    <Stack>
      <Muted>{`${what} of a vault file count; whatever else it says stays as it is. It must have all assets of the vault.`}</Muted>
      <Field label="Vault file">
        {(control) => (
          <input
            {...control}
            className={styles.file}
            type="file"
            accept=".toml,text/plain"
            onChange={(event) => void event.target.files?.[0]?.slice(0, MOST_BYTES).text().then(setText)}
          />
        )}
      </Field>
      <TextInput label="Its text" rows={12} value={text} onChange={setText} />
      {children(text.trim() === '' ? null : { kind, toml: text })}
    </Stack>
  );
}
