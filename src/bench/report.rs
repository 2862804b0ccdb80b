//! What a benchmark found, for people and for programs.

use serde::Serialize;

use super::figures::Figures;

/// One benchmark's answer.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    pub bench: &'static str,
    /// On how many patients, with how many clients, for how long.
    pub setting: String,
    pub measures: Vec<Measure>,
    pub ratios: Vec<Ratio>,
    /// What was left out, and how to read the rest.
    pub notes: Vec<String>,
}

/// One thing that was measured. What does not apply is absent.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Measure {
    pub what: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub per_second: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub median_ms: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p99_ms: Option<f64>,
    /// Processor time a piece, of the program and of PostgreSQL together.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpu_ms: Option<f64>,
}

/// One figure over another of the same run.
#[derive(Clone, Debug, Serialize)]
pub struct Ratio {
    pub what: String,
    pub value: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aim: Option<Aim>,
}

/// What a ratio should be.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Aim {
    AtLeast(f64),
    Under(f64),
}

impl Ratio {
    pub fn new(what: impl Into<String>, value: f64, aim: Option<Aim>) -> Self {
        Self { what: what.into(), value, aim }
    }

    /// Whether the aim is met; nothing where there is none.
    pub fn met(&self) -> Option<bool> {
        self.aim.map(|aim| match aim {
            Aim::AtLeast(least) => self.value >= least,
            Aim::Under(most) => self.value < most,
        })
    }
}

impl Measure {
    pub fn of(what: impl Into<String>, figures: &Figures) -> Self {
        Self {
            what: what.into(),
            per_second: Some(figures.per_second()),
            median_ms: Some(figures.median()),
            p99_ms: Some(figures.p99()),
            cpu_ms: None,
        }
    }

    /// Latencies only: of a run whose pace says nothing.
    pub fn times(what: impl Into<String>, figures: &Figures) -> Self {
        Self { per_second: None, ..Self::of(what, figures) }
    }

    pub fn rate(what: impl Into<String>, per_second: f64) -> Self {
        Self { what: what.into(), per_second: Some(per_second), ..Self::default() }
    }

    #[must_use]
    pub fn costing(mut self, cpu_ms: Option<f64>) -> Self {
        self.cpu_ms = cpu_ms;
        self
    }
}
