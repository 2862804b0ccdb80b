//! Custodian: health information management. Modules are listed by rank; imports go down only (ARCHITECTURE.md).

pub mod base;
pub mod config;

pub mod db;
pub mod vault;

pub mod access;
pub mod blobs;

pub mod web;

pub mod amendments;
pub mod audit;
pub mod chart;
pub mod consents;
pub mod documents;
pub mod encounters;
pub mod filing;
pub mod patients;
pub mod people;
pub mod privacy;
pub mod work;

pub mod demo;
pub mod interop;
pub mod operations;

pub mod app;

pub mod bench;

pub mod cli;
