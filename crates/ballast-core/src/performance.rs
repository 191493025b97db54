//! Stand-in.
use crate::stored::stored;
stored! {
    /// Stand-in.
    pub struct Performance {
        /// Stand-in.
        pub inception_at: i64,
    }
}
