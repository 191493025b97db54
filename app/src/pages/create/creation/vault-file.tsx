import { useState } from 'react';
import { Button, Row } from '../../../ui/index.js';
import styles from '../steps/steps.module.css';

/** A vault file, to read, copy and keep. */
export function VaultFile({ toml, name = 'vault.toml' }: { toml: string; name?: string }) {
  const [isCopied, setIsCopied] = useState(false);
  const copy = () => void navigator.clipboard.writeText(toml).then(() => setIsCopied(true));
  return (
    <>
      <pre className={styles.file} tabIndex={0} aria-label={name}>
        {toml}
      </pre>
      <Row gap="small">
        <Button size="small" onClick={() => download(toml, name)}>
          Download {name}
        </Button>
        <Button size="small" kind="plain" onClick={copy}>
          {isCopied ? 'Copied' : 'Copy'}
        </Button>
      </Row>
    </>
  );
}

function download(text: string, name: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/plain' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
