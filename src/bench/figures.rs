//! Times of many answers, and what is said of them.

use std::time::Duration;

/// The times of one run, in order of length.
#[derive(Clone, Debug)]
pub struct Figures {
    micros: Vec<u32>,
    lasted: Duration,
}

impl Figures {
    /// From the times of answers that came within `lasted`.
    pub fn of(mut micros: Vec<u32>, lasted: Duration) -> Self {
        micros.sort_unstable();
        Self { micros, lasted }
    }

    pub fn answers(&self) -> usize {
        self.micros.len()
    }

    pub fn per_second(&self) -> f64 {
        self.micros.len() as f64 / self.lasted.as_secs_f64()
    }

    /// Milliseconds within which this share of the answers came: 0.5 is the median.
    pub fn within(&self, share: f64) -> f64 {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place in the list")]
        let place = (share * self.micros.len() as f64).ceil() as usize;
        self.micros.get(place.saturating_sub(1)).map_or(0.0, |micros| f64::from(*micros) / 1000.0)
    }

    pub fn median(&self) -> f64 {
        self.within(0.5)
    }

    pub fn p99(&self) -> f64 {
        self.within(0.99)
    }

    /// The median over another's; 0 where there is none.
    pub fn over(&self, baseline: &Self) -> f64 {
        if baseline.median() > 0.0 { self.median() / baseline.median() } else { 0.0 }
    }
}

/// A time as it is kept; whoever waits an hour waits an hour.
pub fn micros(time: Duration) -> u32 {
    u32::try_from(time.as_micros()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_times_that_were_measured() {
        let figures = Figures::of((1..=200).rev().map(|n| n * 1000).collect(), Duration::from_secs(4));
        assert_eq!(figures.answers(), 200);
        assert!((figures.per_second() - 50.0).abs() < 1e-9);
        assert!((figures.median() - 100.0).abs() < 1e-9);
        assert!((figures.p99() - 198.0).abs() < 1e-9);
        assert!((figures.within(1.0) - 200.0).abs() < 1e-9);
    }

    #[test]
    fn one_answer_is_every_percentile_and_none_is_nothing() {
        let one = Figures::of(vec![7000], Duration::from_secs(1));
        assert!((one.median() - 7.0).abs() < 1e-9 && (one.p99() - 7.0).abs() < 1e-9);
        let none = Figures::of(Vec::new(), Duration::from_secs(1));
        assert!(none.median().abs() < 1e-9 && none.per_second().abs() < 1e-9);
    }
}
