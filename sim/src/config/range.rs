//! Finds the range of a parameter by trying.

use std::fmt;

/// The numbers that are allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowed {
    /// The least of them, but for 0 where that counts apart.
    pub least: u32,
    /// The largest; `None` where it lies beyond what is tried.
    pub most: Option<u32>,
    /// Whether 0 is allowed besides, which turns parts off.
    pub or_zero: bool,
}

impl fmt::Display for Allowed {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let Self { least, most, or_zero } = self;
        match most {
            Some(most) => write!(f, "it must lie between {least} and {most}")?,
            None => write!(f, "it must be at least {least}")?,
        }
        f.write_str(if *or_zero { ", or be 0" } else { "" })
    }
}

/// Finds the numbers that are allowed. Those from 1 up must be allowed without a hole. `None` where no number is.
pub fn allowed(is_allowed: impl Fn(u32) -> bool) -> Option<Allowed> {
    let has_one = is_allowed(1);
    let or_zero = !has_one && is_allowed(0);
    let mut tries = (0..32).map(|bit| 1u32 << bit).chain((0..10).map(|power| 10u32.pow(power)));
    let inside = tries.find(|value| is_allowed(*value))?;
    let least = if has_one && is_allowed(0) { 0 } else { edge(0, inside, &is_allowed) };
    let most = (!is_allowed(u32::MAX)).then(|| edge(u32::MAX, inside, &is_allowed));
    Some(Allowed { least, most, or_zero })
}

/// Describes the numbers that are allowed as the end of a sentence, `; it must lie between 1 and 10`. Empty where no number is.
pub fn describe(is_allowed: impl Fn(u32) -> bool) -> String {
    allowed(is_allowed).map(|allowed| format!("; {allowed}")).unwrap_or_default()
}

/// The last number that is allowed on the way from `inside`, which is, to `outside`, which is not.
fn edge(mut outside: u32, mut inside: u32, is_allowed: &impl Fn(u32) -> bool) -> u32 {
    while inside.abs_diff(outside) > 1 {
        let middle = inside.midpoint(outside);
        if is_allowed(middle) {
            inside = middle;
        } else {
            outside = middle;
        }
    }
    inside
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edges_are_found() {
        assert_eq!(describe(|value| (60..=86_400).contains(&value)), "; it must lie between 60 and 86400");
        assert_eq!(
            describe(|value| value == 0 || (3_600..=9_999).contains(&value)),
            "; it must lie between 3600 and 9999, or be 0"
        );
        assert_eq!(describe(|value| value <= 10_000), "; it must lie between 0 and 10000");
        assert_eq!(describe(|value| value > 0), "; it must be at least 1");
        assert_eq!(describe(|value| value == 16), "; it must lie between 16 and 16");
        assert_eq!(describe(|_| false), "");
    }
}
