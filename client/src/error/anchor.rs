//! Anchor's own errors, and the line that Anchor programs log about any error of theirs.

use anchor_lang::error::ErrorCode;

/// Declares the list of Anchor's errors; a match without a default sees to it that none is missing.
macro_rules! anchor_errors {
    ($($name:ident)*) => {
        const ALL: &[ErrorCode] = &[$(ErrorCode::$name),*];

        const _: fn(ErrorCode) = |code| match code { $(ErrorCode::$name => (),)* };
    };
}

anchor_errors! {
    InstructionMissing InstructionFallbackNotFound InstructionDidNotDeserialize InstructionDidNotSerialize
    IdlInstructionStub IdlInstructionInvalidProgram IdlAccountNotEmpty EventInstructionStub
    ConstraintMut ConstraintHasOne ConstraintSigner ConstraintRaw ConstraintOwner ConstraintRentExempt ConstraintSeeds
    ConstraintExecutable ConstraintState ConstraintAssociated ConstraintAssociatedInit ConstraintClose ConstraintAddress
    ConstraintZero ConstraintTokenMint ConstraintTokenOwner ConstraintMintMintAuthority ConstraintMintFreezeAuthority
    ConstraintMintDecimals ConstraintSpace ConstraintAccountIsNone ConstraintTokenTokenProgram ConstraintMintTokenProgram
    ConstraintAssociatedTokenTokenProgram ConstraintMintGroupPointerExtension ConstraintMintGroupPointerExtensionAuthority
    ConstraintMintGroupPointerExtensionGroupAddress ConstraintMintGroupMemberPointerExtension
    ConstraintMintGroupMemberPointerExtensionAuthority ConstraintMintGroupMemberPointerExtensionMemberAddress
    ConstraintMintMetadataPointerExtension ConstraintMintMetadataPointerExtensionAuthority
    ConstraintMintMetadataPointerExtensionMetadataAddress ConstraintMintCloseAuthorityExtension
    ConstraintMintCloseAuthorityExtensionAuthority ConstraintMintPermanentDelegateExtension
    ConstraintMintPermanentDelegateExtensionDelegate ConstraintMintTransferHookExtension
    ConstraintMintTransferHookExtensionAuthority ConstraintMintTransferHookExtensionProgramId ConstraintDuplicateMutableAccount
    AccountAlreadyMigrated AccountNotMigrated ConstraintMintPausableExtension ConstraintMintPausableAuthority
    RequireViolated RequireEqViolated RequireKeysEqViolated RequireNeqViolated RequireKeysNeqViolated RequireGtViolated
    RequireGteViolated
    AccountDiscriminatorAlreadySet AccountDiscriminatorNotFound AccountDiscriminatorMismatch AccountDidNotDeserialize
    AccountDidNotSerialize AccountNotEnoughKeys AccountNotMutable AccountOwnedByWrongProgram InvalidProgramId
    InvalidProgramExecutable AccountNotSigner AccountNotSystemOwned AccountNotInitialized AccountNotProgramData
    AccountNotAssociatedTokenAccount AccountSysvarMismatch AccountReallocExceedsLimit AccountDuplicateReallocs
    DeclaredProgramIdMismatch TryingToInitPayerAsProgramAccount InvalidNumericConversion Deprecated
}

/// Anchor's error of this number.
pub fn error(code: u32) -> Option<ErrorCode> {
    ALL.iter().copied().find(|error| u32::from(*error) == code)
}

/// What an Anchor program logs when it fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line<'a> {
    /// The account that did not meet its constraints, by its name in the program.
    pub account: Option<&'a str>,
    /// The error's name.
    pub name: &'a str,
    /// The error's message, without its full stop.
    pub message: &'a str,
}

impl<'a> Line<'a> {
    /// Reads the line, if it is one.
    pub fn of(text: &'a str) -> Option<Self> {
        let rest = text.strip_prefix("AnchorError ")?;
        let (origin, rest) = rest.split_once(". Error Code: ").or_else(|| rest.split_once(" Error Code: "))?;
        let (name, rest) = rest.split_once(". Error Number: ")?;
        let (_, message) = rest.split_once(". Error Message: ")?;
        Some(Line { account: origin.strip_prefix("caused by account: "), name, message: message.trim_end_matches('.') })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn anchors_errors_are_found_by_their_numbers() {
        assert_eq!(error(2006).map(|error| error.name()), Some("ConstraintSeeds".into()));
        assert_eq!(error(4102).map(|error| error.name()), Some("InvalidNumericConversion".into()));
        assert!(error(0).is_none() && error(6000).is_none());
    }

    #[test]
    fn line_tells_account_name_and_message() {
        let of =
            |origin| format!("AnchorError {origin}. Error Code: Bad. Error Number: 6000. Error Message: It is bad. Mend it.");
        let (account, thrown, occurred) = (of("caused by account: vault"), of("thrown in a/b.rs:7"), of("occurred"));
        let expected = Line { account: Some("vault"), name: "Bad", message: "It is bad. Mend it" };
        assert_eq!(Line::of(&account), Some(expected));
        for text in [&thrown, &occurred] {
            assert_eq!(Line::of(text), Some(Line { account: None, ..expected }));
        }
        assert_eq!(Line::of("Instruction: Deposit"), None);
    }
}
