//! Why something with a cluster did not work.

use std::fmt;

use anchor_lang::prelude::Pubkey;
use anchor_lang::solana_program::instruction::Instruction;
use solana_rpc_client_api::client_error::ErrorKind;
use solana_rpc_client_api::custom_error::{
    JSON_RPC_SERVER_ERROR_BLOCK_STATUS_NOT_AVAILABLE_YET, JSON_RPC_SERVER_ERROR_MIN_CONTEXT_SLOT_NOT_REACHED,
    JSON_RPC_SERVER_ERROR_NODE_UNHEALTHY,
};
use solana_rpc_client_api::request;
use solana_signature::Signature;
use solana_transaction_error::TransactionError;

use crate::error::{ProgramFailure, advice};
use crate::lookup::TableFull;
use crate::pyth::PostingError;
use crate::transaction::{AssemblyError, BUDGET_INSTRUCTIONS};

pub use solana_rpc_client_api::client_error::Error as RpcError;

/// JSON-RPC's own number for an error inside of the server.
const INTERNAL_ERROR: i64 = -32603;

/// Why something did not work, and what to do about it.
#[derive(Debug)]
pub enum ClientError {
    /// There is no such account.
    NotFound {
        /// Its address.
        address: Pubkey,
        /// What was looked for there.
        what: &'static str,
    },
    /// The account is something else.
    WrongAccount {
        /// Its address.
        address: Pubkey,
        /// What was looked for there.
        expected: &'static str,
    },
    /// A program failed: in a simulation, or in a transaction that has landed and cost its fee.
    Program(Box<ProgramFailure>),
    /// The transaction was refused as a whole.
    Transaction(TransactionError),
    /// The transaction is larger than the network carries.
    TooLarge {
        /// Its bytes.
        bytes: usize,
    },
    /// The instructions name more than 256 accounts.
    TooManyAccounts,
    /// A lookup table cannot hold everything that it should.
    TableFull(TableFull),
    /// Prices cannot be posted.
    Posting(PostingError),
    /// The key of an account that must sign was not given.
    MissingSigner {
        /// The account.
        address: Pubkey,
    },
    /// The transaction has not landed, and never will: its blockhash is too old. It is safe to make another one.
    Expired {
        /// Its signature.
        signature: Signature,
    },
    /// The cluster fell silent after the transaction had been sent: nobody knows whether it has landed or will.
    Unconfirmed {
        /// Its signature.
        signature: Signature,
        /// What the last request failed with.
        last: Box<RpcError>,
    },
    /// A request failed.
    Rpc(Box<RpcError>),
    /// The node answered with something that cannot be understood.
    Answer(&'static str),
}

impl ClientError {
    /// What a failed transaction means. Instructions are numbered as they were given, without the compute budget before them.
    pub(super) fn of(error: TransactionError, logs: Option<Vec<String>>, with_budget: &[Instruction]) -> Self {
        let TransactionError::InstructionError(index, error) = error else { return ClientError::Transaction(error) };
        let own = with_budget.get(BUDGET_INSTRUCTIONS.into()..).unwrap_or_default();
        let error = TransactionError::InstructionError(index.saturating_sub(BUDGET_INSTRUCTIONS), error);
        ProgramFailure::of(&error, logs.unwrap_or_default(), own).into()
    }

    /// Whether the same may well work if it is simply tried again. [`ClientError::Unconfirmed`] is not: the transaction may have landed.
    pub fn is_transient(&self) -> bool {
        match self {
            ClientError::Expired { .. } => true,
            ClientError::Rpc(error) => is_transient(error),
            ClientError::Transaction(error) => matches!(
                error,
                TransactionError::AccountInUse
                    | TransactionError::BlockhashNotFound
                    | TransactionError::ClusterMaintenance
                    | TransactionError::WouldExceedMaxBlockCostLimit
                    | TransactionError::WouldExceedMaxAccountCostLimit
                    | TransactionError::WouldExceedAccountDataBlockLimit
                    | TransactionError::ProgramCacheHitMaxLimit
                    | TransactionError::CommitCancelled
                    | TransactionError::ResanitizationNeeded
            ),
            _ => false,
        }
    }

    /// Ballast's own error, where it is one.
    pub fn ballast(&self) -> Option<ballast::error::BallastError> {
        match self {
            ClientError::Program(failure) => failure.ballast(),
            _ => None,
        }
    }
}

/// Whether a request may well succeed if it is simply made again.
pub(super) fn is_transient(error: &RpcError) -> bool {
    match error.kind() {
        ErrorKind::Io(_) | ErrorKind::Middleware(_) => true,
        // Refused and broken connections, timeouts, answers cut off; and of the answers, those that say "later".
        ErrorKind::Reqwest(error) => error.status().is_none_or(|status| status.is_server_error() || status.as_u16() == 429),
        ErrorKind::RpcError(request::RpcError::RpcResponseError { code, .. }) => [
            INTERNAL_ERROR,
            JSON_RPC_SERVER_ERROR_NODE_UNHEALTHY,
            JSON_RPC_SERVER_ERROR_MIN_CONTEXT_SLOT_NOT_REACHED,
            JSON_RPC_SERVER_ERROR_BLOCK_STATUS_NOT_AVAILABLE_YET,
        ]
        .contains(code),
        // A load balancer in trouble answers with text.
        ErrorKind::RpcError(request::RpcError::RpcRequestError(_)) | ErrorKind::SerdeJson(_) => true,
        _ => false,
    }
}

impl From<RpcError> for ClientError {
    fn from(error: RpcError) -> Self {
        ClientError::Rpc(Box::new(error))
    }
}

impl From<AssemblyError> for ClientError {
    fn from(error: AssemblyError) -> Self {
        match error {
            AssemblyError::TooLarge { bytes } => ClientError::TooLarge { bytes },
            AssemblyError::TooManyAccounts => ClientError::TooManyAccounts,
        }
    }
}

impl From<TableFull> for ClientError {
    fn from(error: TableFull) -> Self {
        ClientError::TableFull(error)
    }
}

impl From<ProgramFailure> for ClientError {
    fn from(failure: ProgramFailure) -> Self {
        ClientError::Program(Box::new(failure))
    }
}

impl fmt::Display for ClientError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ClientError::NotFound { address, what } => {
                write!(f, "there is no {what} at {address}; check the address and which cluster is meant")
            }
            ClientError::WrongAccount { address, expected } => {
                write!(f, "the account {address} is not a {expected}; check the address")
            }
            ClientError::Program(failure) => failure.fmt(f),
            ClientError::Transaction(error) => match advice(error) {
                Some(advice) => write!(f, "{error}; {advice}"),
                None => error.fmt(f),
            },
            ClientError::TooLarge { bytes } => AssemblyError::TooLarge { bytes: *bytes }.fmt(f),
            ClientError::TooManyAccounts => AssemblyError::TooManyAccounts.fmt(f),
            ClientError::TableFull(error) => error.fmt(f),
            ClientError::Posting(error) => error.fmt(f),
            ClientError::MissingSigner { address } => {
                write!(f, "{address} must sign, and its key was not given; pass its keypair")
            }
            ClientError::Expired { signature } => {
                write!(
                    f,
                    "the transaction {signature} did not land in time and never will; try again, or offer a higher priority fee"
                )
            }
            ClientError::Unconfirmed { signature, last } => write!(
                f,
                "the cluster fell silent, and the transaction {signature} may have landed or not; look it up before another attempt \
                 (last error: {last})"
            ),
            ClientError::Rpc(error) if is_transient(error) => {
                write!(f, "the cluster could not be reached: {error}; check the URL and the network, or try again later")
            }
            ClientError::Rpc(error) => write!(f, "the node refused the request: {error}"),
            ClientError::Answer(what) => write!(f, "the node answered without {what}; use another RPC node"),
        }
    }
}

/// Without a source: what it is caused by is part of the message, and would be told twice.
impl std::error::Error for ClientError {}

#[cfg(test)]
mod tests {
    use ballast::error::BallastError;
    use solana_rpc_client_api::request::RpcResponseErrorData;
    use solana_transaction::InstructionError;

    use super::*;
    use crate::transaction::with_budget;

    fn answered(code: i64) -> ClientError {
        let error = request::RpcError::RpcResponseError { code, message: "?".into(), data: RpcResponseErrorData::Empty };
        ClientError::from(RpcError::from(error))
    }

    #[test]
    fn transient_is_what_may_work_the_next_time_without_doing_it_twice() {
        let signature = Signature::default();
        let io = || RpcError::from(std::io::Error::other("?"));
        let cases = [
            (ClientError::Expired { signature }, true),
            (ClientError::Unconfirmed { signature, last: Box::new(io()) }, false),
            (io().into(), true),
            (answered(JSON_RPC_SERVER_ERROR_NODE_UNHEALTHY), true),
            (answered(-32602), false),
            (RpcError::from(request::RpcError::RpcRequestError("not JSON".into())).into(), true),
            (ClientError::Transaction(TransactionError::BlockhashNotFound), true),
            (ClientError::Transaction(TransactionError::AlreadyProcessed), false),
            (ClientError::Transaction(TransactionError::InsufficientFundsForFee), false),
            (ProgramFailure::from(BallastError::InBand).into(), false),
            (ClientError::TooLarge { bytes: 1_300 }, false),
        ];
        for (error, is_transient) in cases {
            assert_eq!(error.is_transient(), is_transient, "{error}");
        }
    }

    #[test]
    fn failed_instructions_are_the_programs_and_all_else_the_transactions() {
        let custom = InstructionError::Custom(BallastError::InBand.into());
        let instruction = Instruction { program_id: ballast::ID, accounts: vec![], data: vec![] };
        let all = with_budget(&[instruction], 1, 1);
        let error = ClientError::of(TransactionError::InstructionError(2, custom), None, &all);
        assert_eq!(error.ballast(), Some(BallastError::InBand));
        assert!(matches!(error, ClientError::Program(failure) if failure.instruction == Some(0)));
        let error = ClientError::of(TransactionError::InsufficientFundsForFee, None, &[]);
        assert!(error.to_string().ends_with("send SOL to it"), "{error}");
        assert_eq!(error.ballast(), None);
    }
}
