//! Numbered, idempotent deployment and configuration steps
