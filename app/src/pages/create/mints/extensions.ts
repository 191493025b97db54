/**
 * What Token-2022's extensions would do to a vault, for people. Which of them the program refuses is the program's to say.
 *
 * @module
 */

/** By the names that nodes give them. */
const EFFECTS: Readonly<Record<string, string>> = {
  transferFeeConfig: 'takes a fee from every transfer, so that the vault would get less than it was sent',
  transferHook: 'runs a program of its issuer with every transfer, which can refuse it: redemptions could be blocked',
  permanentDelegate: 'lets somebody take tokens out of every account, the vault’s included',
  defaultAccountState: 'makes new accounts frozen, until its issuer thaws them',
  nonTransferable: 'cannot be transferred at all',
  interestBearingConfig: 'shows other amounts than accounts hold',
  scaledUiAmountConfig: 'shows other amounts than accounts hold, at a rate that its issuer can change',
  confidentialTransferMint: 'hides amounts, which a vault must see to keep its balance',
  confidentialTransferFeeConfig: 'hides the fees that it takes from transfers',
  confidentialMintBurn: 'hides its supply',
  mintCloseAuthority: 'can be closed by its issuer, and made anew with other extensions',
  pausableConfig: 'can be paused by its issuer: redemptions could be blocked',
};

/** What is known of these extensions, one sentence each. Harmless ones, such as metadata, have none. */
export function effects(extensions: readonly string[]): string[] {
  return extensions.flatMap((extension) => {
    const effect = EFFECTS[extension];
    return effect === undefined ? [] : [`It ${effect} (${extension}).`];
  });
}
