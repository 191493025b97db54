//! The Ballast vault program.
