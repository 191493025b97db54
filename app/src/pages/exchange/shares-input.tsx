import { amountText } from '../../format/index.js';
import { AmountInput, Button, Row, Stack } from '../../ui/index.js';
import { SHARE_DECIMALS } from './summary.js';
import type { Exchange } from './use-exchange.js';

/** Parts of all shares, in percent, that can be chosen with one press; Max is beside the field. */
const PARTS = [25n, 50n, 75n] as const;

type SharesInputProps = { exchange: Exchange; text: string; onChange: (text: string) => void };

/** How many shares. */
export function SharesInput({ exchange, text, onChange }: SharesInputProps) {
  const shares = exchange.funds?.shares;
  return (
    <Stack gap="small">
      <AmountInput
        label="Shares"
        value={text}
        decimals={SHARE_DECIMALS}
        symbol="shares"
        max={shares}
        maxLabel="You have"
        onChange={onChange}
      />
      {shares !== undefined && shares > 0n && (
        <Row gap="small">
          {PARTS.map((part) => (
            <Button
              key={part}
              size="small"
              aria-label={`${part}% of your shares`}
              onClick={() => onChange(amountText((shares * part) / 100n, SHARE_DECIMALS))}
            >
              {`${part}%`}
            </Button>
          ))}
        </Row>
      )}
    </Stack>
  );
}
