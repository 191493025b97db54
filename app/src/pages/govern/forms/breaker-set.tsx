import { BREAKERS } from '@ballast/client';
import { Checkbox, Stack } from '../../../ui/index.js';
import { breakerName } from '../evidence.js';

/** A set of breakers: bit `n - 1` stands for breaker number `n`. */
export function BreakerSet({ value, onChange }: { value: bigint; onChange: (value: bigint) => void }) {
  return (
    <Stack gap="small">
      {Object.keys(BREAKERS).map((key) => {
        const number = Number(key);
        const bit = 1n << BigInt(number - 1);
        return (
          <Checkbox
            key={key}
            label={breakerName(number)}
            isChecked={(value & bit) !== 0n}
            onChange={() => onChange(value ^ bit)}
          />
        );
      })}
    </Stack>
  );
}
