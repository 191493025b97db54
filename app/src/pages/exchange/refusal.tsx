import { Button, Notice } from '../../ui/index.js';

type RefusalProps = {
  /** What the rules say. */
  refused: { name: string; message: string };
};

/** Why the program would refuse, in its own words. */
export function Refusal({ refused }: RefusalProps) {
  return (
    <Notice kind="caution" title="The vault would refuse this" isLive>
      {refused.message}.
    </Notice>
  );
}

type TooLargeProps = {
  /** The asset, and which way it goes. */
  name: string;
  isDeposit: boolean;
  /** The most that fits, in words; `undefined` where nothing does. */
  most: string | undefined;
  onUse: () => void;
};

/** Why a one-asset operation is too large, and how much would fit. */
export function TooLarge({ name, isDeposit, most, onUse }: TooLargeProps) {
  const side = isDeposit ? 'above' : 'below';
  const others = isDeposit ? 'deposit another asset' : 'redeem for another asset';
  const rest = isDeposit ? 'deposit all assets in kind' : 'redeem all assets in kind';
  return (
    <Notice
      kind="caution"
      isLive
      title={most === undefined ? `${name} is at the edge of its band` : `This would take ${name} beyond its band`}
      action={
        most !== undefined && (
          <Button size="small" onClick={onUse}>
            Use {most}
          </Button>
        )
      }
    >
      {most === undefined
        ? `Nothing fits at the moment: it must not get farther ${side} its target. `
        : `So that the other holders need not pay for rebalancing, one asset alone gets no farther ${side} its target. About ${most} fits at the moment. `}
      {`For more, ${others}, or ${rest}, which always fits.`}
    </Notice>
  );
}
