//! Whom to tell about a weakness, where explorers and researchers look for it: in the program's own file.
//!
//! The format is security.txt's for Solana (<https://github.com/neodyme-labs/solana-security-txt>). Written out here, as its
//! authors suggest: the crate `solana-security-txt` is this one macro, and brings a pinned hash map along.

/// Puts names and values between the markers that parsers look for.
macro_rules! security_txt {
    ($($name:ident: $value:expr),* $(,)?) => {
        concat!(
            "=======BEGIN SECURITY.TXT V1=======\0",
            $(stringify!($name), "\0", $value, "\0",)*
            "=======END SECURITY.TXT V1=======\0"
        )
    };
}

const TEXT: &str = security_txt! {
    name: "Ballast",
    // A deployment fills in its own address, contact and policy: nothing here may be made up.
    project_url: "private",
    contacts: "other:the deployment's operator",
    policy: "SECURITY.md in the source",
    preferred_languages: "en",
    source_release: env!("CARGO_PKG_VERSION"),
    auditors: "None",
};

/// Bytes, not a reference: nothing points at them, and the linker must keep them.
#[used]
static SECURITY_TXT: [u8; TEXT.len()] = bytes();

const fn bytes() -> [u8; TEXT.len()] {
    match TEXT.as_bytes().first_chunk() {
        Some(bytes) => *bytes,
        None => [0; TEXT.len()],
    }
}
