//! Depends on the AMM programs that the tests load, so that Cargo pins them. Built with `-p PROGRAM`; see `xtask`.
