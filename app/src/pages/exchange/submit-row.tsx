import { Button, Row } from '../../ui/index.js';
import type { Exchange } from './use-exchange.js';

type SubmitRowProps = {
  exchange: Exchange;
  /** What the button does, such as `Deposit 2 SOL`. */
  label: string;
  /** Whether what is typed can be sent. */
  isReady: boolean;
};

/** The button that submits the form, or connects a wallet first. */
export function SubmitRow({ exchange, label, isReady }: SubmitRowProps) {
  const { canSign, chooseWallet, transaction } = exchange;
  return (
    <Row>
      {canSign ? (
        <Button kind="primary" type="submit" disabled={!isReady} isBusy={transaction.isBusy}>
          {label}
        </Button>
      ) : (
        <Button kind="primary" onClick={chooseWallet}>
          Connect a wallet
        </Button>
      )}
    </Row>
  );
}
