import type {
  GetAccountInfoApi,
  GetEpochInfoApi,
  GetLatestBlockhashApi,
  GetMultipleAccountsApi,
  GetProgramAccountsApi,
  GetRecentPrioritizationFeesApi,
  GetSignaturesForAddressApi,
  GetSignatureStatusesApi,
  GetTransactionApi,
  Rpc,
  SendTransactionApi,
  SimulateTransactionApi,
} from '@solana/kit';

/** A cluster's RPC, as Kit's `createSolanaRpc` makes it. Everything is read, and awaited, at commitment `confirmed`. */
export type ClusterRpc = Rpc<
  GetAccountInfoApi &
    GetEpochInfoApi &
    GetLatestBlockhashApi &
    GetMultipleAccountsApi &
    GetProgramAccountsApi &
    GetRecentPrioritizationFeesApi &
    GetSignaturesForAddressApi &
    GetSignatureStatusesApi &
    GetTransactionApi &
    SendTransactionApi &
    SimulateTransactionApi
>;

/** What is read and awaited: forks end before it, and users do not wait longer. */
export const COMMITMENT = 'confirmed';
