import { useState, type ChangeEvent } from 'react';
import { Button, Dialog, Notice, Row, Stack, TextInput } from '../../../ui/index.js';
import { RulesError, type FileProblem, type Rules } from '../../../rules/index.js';
import { draftOf, type Profiles } from '../file.js';
import type { UpdateDraft } from '../use-draft.js';
import styles from './steps.module.css';

/** Vault files have a few kilobytes. What is longer is cut here, and still too long for the rules, which say so. */
const MOST_BYTES = 1_000_000;

type StartFromFileProps = {
  rules: Rules;
  profiles: Profiles;
  /** Whether there is nothing yet that a file would replace. */
  isEmpty: boolean;
  update: UpdateDraft;
};

/** Fills the wizard from a vault file, of a folder or pasted. */
export function StartFromFile(props: StartFromFileProps) {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <>
      <Button size="small" onClick={() => setIsOpen(true)}>
        Start from a file
      </Button>
      <Dialog isOpen={isOpen} onClose={() => setIsOpen(false)} title="Start from a vault file">
        <Reading {...props} onDone={() => setIsOpen(false)} />
      </Dialog>
    </>
  );
}

function Reading({ rules, profiles, isEmpty, update, onDone }: StartFromFileProps & { onDone: () => void }) {
  const [toml, setToml] = useState('');
  const [problems, setProblems] = useState<readonly FileProblem[]>([]);
  const change = (text: string) => {
    setToml(text);
    setProblems([]);
  };
  const use = () => {
    const found = read(rules, toml);
    if (Array.isArray(found)) {
      setProblems(found);
    } else {
      update(() => draftOf(found, profiles));
      onDone();
    }
  };
  return (
    <Stack>
      <p>
        The <code>vault.toml</code> that the command line and the backtester take. Comments and the settings of a
        backtest are not kept.
      </p>
      <label className={styles.upload}>
        <span>Choose a file</span>
        <input type="file" accept=".toml,text/plain" onChange={(event) => void chosen(event).then(change)} />
      </label>
      <TextInput label="Or paste its text" rows={10} value={toml} onChange={change} />
      {problems.length > 0 && <Problems problems={problems} />}
      {!isEmpty && <Notice kind="caution">It replaces what you have entered so far.</Notice>}
      <Row gap="small">
        <Button kind="primary" disabled={toml.trim() === ''} onClick={use}>
          Use this file
        </Button>
        <Button onClick={onDone}>Cancel</Button>
      </Row>
    </Stack>
  );
}

function Problems({ problems }: { problems: readonly FileProblem[] }) {
  return (
    <Notice kind="bad" title="The file cannot be used as it is" isLive>
      <ul>
        {problems.map(({ path, line, message }) => (
          <li key={`${path} ${line} ${message}`}>
            {line !== null && `Line ${line}: `}
            {message}
          </li>
        ))}
      </ul>
    </Notice>
  );
}

function read(rules: Rules, toml: string) {
  try {
    const reading = rules.vaultFile({ toml });
    return reading.ok ? reading.summary : reading.problems;
  } catch (error) {
    if (error instanceof RulesError) {
      return [{ path: '', line: null, message: error.message }];
    }
    throw error;
  }
}

async function chosen({ target }: ChangeEvent<HTMLInputElement>): Promise<string> {
  const file = target.files?.[0];
  return file === undefined ? '' : file.slice(0, MOST_BYTES).text();
}
