//! Chance that repeats itself: the same seed, topic and number always give the same throws, whatever was thrown before for somebody else.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use sha2::{Digest, Sha256};
use uuid::{Builder, Uuid};

/// A set of dice for one thing (a street, a person, a stay).
pub struct Dice(ChaCha8Rng);

impl Dice {
    /// Dice of their own for the `number`th thing of a topic, so that adding a thing never changes another.
    pub fn new(seed: u64, topic: &str, number: u64) -> Self {
        let key = Sha256::new()
            .chain_update(b"custodian demo 1")
            .chain_update(seed.to_be_bytes())
            .chain_update(topic.as_bytes())
            .chain_update(number.to_be_bytes())
            .finalize();
        Self(ChaCha8Rng::from_seed(key.into()))
    }

    /// A number from 0 up to, not including, `bound`.
    pub fn below(&mut self, bound: usize) -> usize {
        self.between(0, bound.max(1) as i64 - 1) as usize
    }

    /// A number from `low` to `high`, both included.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        // u64 arithmetic of our own: the same on every machine and under every version of `rand`
        let span = high.max(low).abs_diff(low) + 1;
        low + ((u128::from(self.0.random::<u64>()) * u128::from(span)) >> 64) as i64
    }

    /// True in `percent` of a hundred throws.
    pub fn chance(&mut self, percent: i64) -> bool {
        self.between(1, 100) <= percent
    }

    /// Any of these, all alike.
    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }

    /// One of these, the first far more often than the last, as surnames are.
    pub fn skewed<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        const FINE: u128 = 1 << 32;
        let throw = u128::from(self.0.random::<u32>());
        let rank = (throw * throw / FINE * from.len() as u128 / FINE) as usize;
        &from[rank.min(from.len() - 1)]
    }

    /// One of these by its weight.
    pub fn weighted<'a, T>(&mut self, from: &'a [(T, u32)]) -> &'a T {
        let total: i64 = from.iter().map(|(_, weight)| i64::from(*weight)).sum();
        let mut left = self.between(0, total - 1);
        for (value, weight) in from {
            left -= i64::from(*weight);
            if left < 0 {
                return value;
            }
        }
        &from[from.len() - 1].0
    }

    /// As many random digits.
    pub fn digits(&mut self, count: usize) -> String {
        (0..count).map(|_| char::from(b'0' + self.below(10) as u8)).collect()
    }

    /// An id of version 7 that sorts by `order`, so that a person's rows lie together and a big load fills indexes from one end.
    pub fn id(&mut self, order: u64) -> Uuid {
        /// 2026-01-01; an instant that is nobody's.
        const EPOCH: u64 = 1_767_225_600_000;
        Builder::from_unix_timestamp_millis(EPOCH + order, &self.0.random::<[u8; 10]>()).into_uuid()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_throws_again() {
        let throws = |seed, number| {
            let mut dice = Dice::new(seed, "test", number);
            (0..20).map(|_| dice.between(-5, 900)).collect::<Vec<_>>()
        };
        assert_eq!(throws(1, 7), throws(1, 7));
        assert_ne!(throws(1, 7), throws(2, 7));
        assert_ne!(throws(1, 7), throws(1, 8));
    }

    #[test]
    fn throws_stay_in_bounds_and_reach_both_ends() {
        let mut dice = Dice::new(1, "bounds", 0);
        let throws: Vec<i64> = (0..400).map(|_| dice.between(3, 5)).collect();
        assert!(throws.iter().all(|throw| (3..=5).contains(throw)));
        assert!((3..=5).all(|end| throws.contains(&end)));
    }

    #[test]
    fn skewed_prefers_the_first() {
        let mut dice = Dice::new(1, "skew", 0);
        let ten: Vec<usize> = (0..10).collect();
        let throws: Vec<usize> = (0..2000).map(|_| *dice.skewed(&ten)).collect();
        let count = |value| throws.iter().filter(|throw| **throw == value).count();
        assert!(count(0) > 3 * count(9) && count(9) > 20);
    }
}
