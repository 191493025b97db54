export { DepositPage } from './deposit-page.js';
export { RedeemPage } from './redeem-page.js';
export { PlainRedemption } from './plain-redemption.js';
