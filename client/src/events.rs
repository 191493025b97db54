//! The program's events, read back from a transaction's log.

use anchor_lang::prelude::Pubkey;
use anchor_lang::{AnchorDeserialize, Discriminator};
use ballast::events;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::logs::{self, Written};

/// Declares [`VaultEvent`] over every event of the program.
macro_rules! vault_events {
    ($($name:ident),* $(,)?) => {
        /// Any event of the program.
        #[derive(Debug)]
        pub enum VaultEvent {
            $(#[doc = concat!("See [`events::", stringify!($name), "`].")] $name(Box<events::$name>),)*
        }

        impl VaultEvent {
            /// The names of all events.
            pub const NAMES: &[&str] = &[$(stringify!($name)),*];

            /// Its name.
            pub fn name(&self) -> &'static str {
                match self { $(VaultEvent::$name(_) => stringify!($name),)* }
            }

            /// The vault that it is about.
            pub fn vault(&self) -> Pubkey {
                match self { $(VaultEvent::$name(event) => event.vault,)* }
            }

            /// The vault's number of the change that it tells of.
            pub fn sequence(&self) -> u64 {
                match self { $(VaultEvent::$name(event) => event.sequence,)* }
            }

            /// The slot of the change.
            pub fn slot(&self) -> u64 {
                match self { $(VaultEvent::$name(event) => event.slot,)* }
            }

            fn decode(data: &[u8]) -> Option<Self> {
                $(if let Some(event) = decode::<events::$name>(data) {
                    return Some(VaultEvent::$name(Box::new(event)));
                })*
                None
            }
        }
    };
}

vault_events! {
    VaultInitialized, PricesRefreshed, DepositedInKind, RedeemedInKind, Claimed, AssetQuarantined, FeesCollected, SingleAssetExchange,
    RouteRegistered, Rebalanced, BreakerTripped, BreakerCleared, PauseChanged, AdminChanged, Observed, StrategyConfigured, RampStarted,
    ForecastPosted, ChangeQueued, ChangeApplied, ChangeCancelled, Tightened, RolesChanged, AssetAdded, AssetRemoved, RouteClosed,
    ReserveClosed, VaultClosed,
}

/// Every event that Ballast wrote into a transaction's log, in order. What other programs wrote does not count.
///
/// ```
/// use ballast_client::anchor_lang::Event;
/// use ballast_client::{PROGRAM_ID, Pubkey, ballast, events};
/// # use base64::{Engine, engine::general_purpose::STANDARD};
///
/// let vault = Pubkey::new_unique();
/// let event = ballast::events::PricesRefreshed { vault, slot: 7, sequence: 3, asset_mask: 0b11 };
/// let logs = [
///     format!("Program {PROGRAM_ID} invoke [1]"),
///     format!("Program data: {}", STANDARD.encode(event.data())),
///     format!("Program {PROGRAM_ID} success"),
/// ];
/// let [found] = &events::all(&logs)[..] else { panic!("one event") };
/// assert_eq!((found.name(), found.vault(), found.sequence()), ("PricesRefreshed", vault, 3));
/// ```
pub fn all(logs: &[String]) -> Vec<VaultEvent> {
    own_data(logs).filter_map(|data| VaultEvent::decode(&data)).collect()
}

/// The data that Ballast itself wrote: any program can write any bytes.
pub(crate) fn own_data(logs: &[String]) -> impl Iterator<Item = Vec<u8>> + '_ {
    logs::written(logs).into_iter().filter_map(|(program, written)| match written {
        Written::Data(encoded) if program == ballast::ID => STANDARD.decode(encoded).ok(),
        _ => None,
    })
}

pub(crate) fn decode<E: AnchorDeserialize + Discriminator>(data: &[u8]) -> Option<E> {
    E::try_from_slice(data.strip_prefix(E::DISCRIMINATOR)?).ok()
}

#[cfg(test)]
mod tests {
    use anchor_lang::Event;

    use super::*;
    use crate::decode::events as of_type;

    fn logged(program: Pubkey, event: &impl Event) -> [String; 3] {
        [
            format!("Program {program} invoke [1]"),
            format!("Program data: {}", STANDARD.encode(event.data())),
            format!("Program {program} success"),
        ]
    }

    #[test]
    fn events_of_other_programs_do_not_count() {
        let event = events::VaultClosed { vault: Pubkey::new_unique(), slot: 1, sequence: 2, by: Pubkey::default(), lamports: 3 };
        let logs = [logged(Pubkey::new_unique(), &event), logged(ballast::ID, &event)].concat();
        assert_eq!(all(&logs).len(), 1);
        let [closed] = &of_type::<events::VaultClosed>(&logs)[..] else { panic!("one event") };
        assert_eq!((closed.vault, closed.lamports), (event.vault, 3));
        assert!(of_type::<events::Claimed>(&logs).is_empty());
    }

    #[test]
    fn every_event_of_the_program_is_known() {
        let idl: serde_json::Value = serde_json::from_str(include_str!("../../idl/ballast.json")).unwrap();
        let mut declared: Vec<_> =
            idl["events"].as_array().unwrap().iter().map(|event| event["name"].as_str().unwrap()).collect();
        let mut known = VaultEvent::NAMES.to_vec();
        declared.sort_unstable();
        known.sort_unstable();
        assert_eq!(known, declared);
    }
}
