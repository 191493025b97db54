//! The instruction data: how the host writes it and the program reads it.
//!
//! ```text
//! u8      number of the program's addresses that sign every CPI, and for each:
//!     u8      number of its seeds, the bump included, and for each:
//!         u8      length
//!         [u8]    seed
//! u8      number of CPIs, and for each:
//!     u8      program: index into the instruction's accounts
//!     u8      number of account metas, and for each:
//!         u8      account: index into the instruction's accounts
//!         u8      flags: 1 = signer, 2 = writable
//!     u16     length of the data, little endian
//!     [u8]    data
//! ```

/// An account meta of an inner instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccountRef {
    /// Index into the accounts of the outer instruction.
    pub index: u8,
    /// The inner instruction asks for this account's signature.
    pub is_signer: bool,
    /// The inner instruction may write to this account.
    pub is_writable: bool,
}

/// An inner instruction, its accounts given as indices into those of the outer one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cpi {
    /// Index of the program to call.
    pub program: u8,
    /// Its account metas, in its order.
    pub accounts: Vec<AccountRef>,
    /// Its instruction data, at most 65,535 bytes.
    pub data: Vec<u8>,
}

const SIGNER: u8 = 1;
const WRITABLE: u8 = 2;

/// The instruction data that makes the program issue `cpis` in order, each signed by the program's addresses that have
/// these seeds, bumps included.
///
/// # Panics
/// Where a count does not fit its field; no transaction is large enough to hold such an instruction.
pub fn encode(cpis: &[Cpi], signers: &[Vec<Vec<u8>>]) -> Vec<u8> {
    let mut out = vec![count(signers.len())];
    for seeds in signers {
        out.push(count(seeds.len()));
        for seed in seeds {
            out.push(count(seed.len()));
            out.extend(seed);
        }
    }
    out.push(count(cpis.len()));
    for cpi in cpis {
        out.extend([cpi.program, count(cpi.accounts.len())]);
        for account in &cpi.accounts {
            let signer = if account.is_signer { SIGNER } else { 0 };
            let writable = if account.is_writable { WRITABLE } else { 0 };
            out.extend([account.index, signer | writable]);
        }
        let len = u16::try_from(cpi.data.len()).expect("at most 65,535 bytes of data");
        out.extend(len.to_le_bytes());
        out.extend(&cpi.data);
    }
    out
}

fn count(n: usize) -> u8 {
    u8::try_from(n).expect("at most 255 items")
}

/// Reads the instruction data front to back. Every method returns `None` where the data end early.
pub struct Reader<'a>(pub &'a [u8]);

impl<'a> Reader<'a> {
    /// The next byte.
    pub fn byte(&mut self) -> Option<u8> {
        let (&first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(first)
    }

    /// The next CPI's account metas, with their number.
    pub fn accounts(&mut self) -> Option<impl ExactSizeIterator<Item = AccountRef> + 'a> {
        let count = usize::from(self.byte()?);
        let (pairs, _) = self.take(2 * count)?.as_chunks();
        Some(pairs.iter().map(|[index, flags]| AccountRef {
            index: *index,
            is_signer: flags & SIGNER != 0,
            is_writable: flags & WRITABLE != 0,
        }))
    }

    /// The next signer's seed, with its length of one byte.
    pub fn seed(&mut self) -> Option<&'a [u8]> {
        let len = self.byte()?;
        self.take(len.into())
    }

    /// The next CPI's data, with their length of two bytes.
    pub fn data(&mut self) -> Option<&'a [u8]> {
        let (len, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        self.take(u16::from_le_bytes(*len).into())
    }

    fn take(&mut self, len: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        Some(taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn transfer() -> Cpi {
        Cpi {
            program: 3,
            accounts: vec![
                AccountRef { index: 0, is_signer: false, is_writable: true },
                AccountRef { index: 2, is_signer: true, is_writable: false },
            ],
            data: vec![3, 232, 3],
        }
    }

    #[test]
    fn encode_with_signer_is_the_documented_layout() {
        let expected = [1, 2, 2, 7, 8, 1, 254, 1, 3, 2, 0, 2, 2, 1, 3, 0, 3, 232, 3];
        assert_eq!(encode(&[transfer()], &[vec![vec![7, 8], vec![254]]]), expected);
    }

    #[test]
    fn encode_of_nothing_is_two_counts() {
        assert_eq!(encode(&[], &[]), [0, 0]);
    }

    #[test]
    fn reader_returns_what_encode_wrote() {
        let data = encode(&[transfer()], &[vec![vec![7, 8]]]);
        let mut reader = Reader(&data);
        assert_eq!([reader.byte(), reader.byte()], [Some(1), Some(1)]);
        assert_eq!(reader.seed(), Some(&[7, 8][..]));
        assert_eq!(reader.byte(), Some(1));
        assert_eq!(reader.byte(), Some(3));
        assert_eq!(reader.accounts().unwrap().collect::<Vec<_>>(), transfer().accounts);
        assert_eq!(reader.data(), Some(&[3, 232, 3][..]));
        assert_eq!(reader.byte(), None);
    }

    #[test]
    fn reader_of_short_data_returns_none() {
        assert!(Reader(&[2, 0, 0, 1]).accounts().is_none());
        assert_eq!(Reader(&[2, 9]).seed(), None);
        assert_eq!(Reader(&[2]).data(), None);
        assert_eq!(Reader(&[2, 0, 9]).data(), None);
    }
}
