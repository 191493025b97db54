//! A local cluster with a ready vault, moving prices and pools.
