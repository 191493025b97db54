//! Finds the range of a parameter by trying.

/// Describes the numbers that are allowed as the end of a sentence, `; it must lie between 1 and 10`. Numbers from 1 up must be
/// allowed without a hole; 0, which turns parts off, counts apart. Empty where no number is allowed.
pub fn describe(is_allowed: impl Fn(u32) -> bool) -> String {
    let or_zero = if is_allowed(0) && !is_allowed(1) { ", or be 0" } else { "" };
    let tries = || (0..32).map(|bit| 1u32 << bit).chain((0..10).map(|power| 10u32.pow(power)));
    let Some(inside) = tries().find(|value| is_allowed(*value)) else { return String::new() };
    let least = if is_allowed(0) && is_allowed(1) { 0 } else { edge(0, inside, &is_allowed) };
    if is_allowed(u32::MAX) {
        // Where it ends, if anywhere, lies beyond what is tried.
        return format!("; it must be at least {least}{or_zero}");
    }
    let most = edge(u32::MAX, inside, &is_allowed);
    format!("; it must lie between {least} and {most}{or_zero}")
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
