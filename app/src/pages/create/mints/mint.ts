/**
 * What the chain says of a mint.
 *
 * @module
 */

import { address as derived, type ClusterRpc } from '@ballast/client';
import { fetchJsonParsedAccount, type Address, type GetAccountInfoApi, type Rpc } from '@solana/kit';
