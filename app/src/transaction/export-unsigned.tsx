import { isAddress, type Address } from '@solana/kit';
import { useId, useState } from 'react';
import { useChain } from '../chain/index.js';
import { formatAmount } from '../format/index.js';
import { Button, Dialog, Muted, Notice, Row, Stack, TextInput } from '../ui/index.js';
import { problemOf } from './problem.js';
import styles from './transaction.module.css';
import type { Problem, Work } from './types.js';
import { exportUnsigned, type Unsigned } from './unsigned.js';

type ExportUnsignedProps = {
  work: Work;
  /** Who has to sign, such as the vault's admin: the suggestion, which can be changed. */
  signer: Address;
  isDisabled?: boolean;
  size?: 'medium' | 'small';
};

/** A button that gives the transaction of the work to be signed elsewhere, such as by a multisig. */
export function ExportUnsigned({ work, signer, isDisabled = false, size = 'medium' }: ExportUnsignedProps) {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <>
      <Button kind="plain" size={size} disabled={isDisabled} onClick={() => setIsOpen(true)}>
        Export unsigned
      </Button>
      <Dialog isOpen={isOpen} onClose={() => setIsOpen(false)} title="Export the unsigned transaction">
        <Exporting work={work} suggested={signer} />
      </Dialog>
    </>
  );
}

/** What came of it, for whoever was to sign then: what was made for one is not to be handed to another. */
type Result = { signer: string } & (
  { kind: 'none' } | { kind: 'made'; made: Unsigned } | { kind: 'failed'; problem: Problem }
);

function Exporting({ work, suggested }: { work: Work; suggested: Address }) {
  const { rpc } = useChain();
  const [signer, setSigner] = useState<string>(suggested);
  const [isMaking, setIsMaking] = useState(false);
  const [last, setResult] = useState<Result>({ signer, kind: 'none' });
  const result: Result = last.signer === signer ? last : { signer, kind: 'none' };
  const make = async (address: Address) => {
    setIsMaking(true);
    setResult({ signer: address, kind: 'none' });
    try {
      setResult({ signer: address, kind: 'made', made: await exportUnsigned(rpc, address, work) });
    } catch (error) {
      const about = { work, at: 'preparing', signature: undefined, isSentByWallet: false } as const;
      setResult({ signer: address, kind: 'failed', problem: problemOf(error, about) });
    }
    setIsMaking(false);
  };
  const isValid = isAddress(signer);
  return (
    <Stack>
      <p>{work.label}.</p>
      <TextInput
        label="Who signs and pays"
        value={signer}
        onChange={(text) => setSigner(text.trim())}
        error={isValid ? undefined : 'Write an address, in base 58.'}
        hint="The multisig’s vault address, or any other wallet’s."
      />
      <div>
        <Button kind="primary" isBusy={isMaking} disabled={!isValid} onClick={() => isValid && void make(signer)}>
          {result.kind === 'made' ? 'Make it anew' : 'Simulate and export'}
        </Button>
      </div>
      {result.kind === 'failed' && (
        <Notice kind="bad" title={result.problem.title} isLive>
          {result.problem.message} {result.problem.next}
        </Notice>
      )}
      {result.kind === 'made' && <Made key={result.made.base64} made={result.made} />}
    </Stack>
  );
}

function Made({ made }: { made: Unsigned }) {
  const id = useId();
  const [isCopied, setIsCopied] = useState(false);
  const copy = () => void navigator.clipboard.writeText(made.base64).then(() => setIsCopied(true));
  return (
    <Stack gap="small">
      <Notice kind="caution" title="It expires in about a minute" isLive>
        Its blockhash lasts no longer. Multisigs put in their own when they execute; where you sign it directly, do so
        at once, or make it anew.
      </Notice>
      <label htmlFor={id}>Transaction, base64</label>
      <textarea
        id={id}
        className={styles.unsigned}
        readOnly
        value={made.base64}
        onFocus={(event) => event.target.select()}
      />
      <Row gap="small">
        <Button size="small" onClick={copy}>
          {isCopied ? 'Copied' : 'Copy'}
        </Button>
        <Button size="small" onClick={() => download(made.base64)}>
          Download
        </Button>
        <Muted>{`${made.bytes} bytes, network fee ${formatAmount(made.feeLamports, 9)} SOL`}</Muted>
      </Row>
    </Stack>
  );
}

function download(base64: string): void {
  const url = URL.createObjectURL(new Blob([base64], { type: 'text/plain' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = 'transaction.base64.txt';
  link.click();
  URL.revokeObjectURL(url);
}
